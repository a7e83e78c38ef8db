import Catalogue
import Domain
import Operations

/// `/account/users/{username}`: the head, and one of its three parts.
struct UserScreen: PageModel {
    static let template = "page-user"

    let title: String
    let head: UserHead
    let overview: UserOverview?
    let access: UserAccess?
    let activity: UserActivity?
    let errors: FormErrors

    var section: Section { .users }

    init(
        _ detail: UserDetail, _ part: UserHead.Part, overview: UserOverview? = nil, access: UserAccess? = nil, activity: UserActivity? = nil,
        addAnother: Bool = false, errors: FormErrors = .none
    ) {
        title = detail.user.username.text
        head = UserHead(detail, part, addAnother: addAnother)
        self.overview = overview
        self.access = access
        self.activity = activity
        self.errors = errors
    }
}

/// Who it is, what can be done, where to look on.
struct UserHead: Sendable {
    enum Part: Hashable, Sendable { case overview, access, credential, activity }

    struct Tab: Sendable {
        let label: String
        let href: String
        let isHere: Bool
    }

    let username: String
    let name: String
    let badges: [Badge]
    let menu: Menu?
    let tabs: [Tab]
    /// Why much of this user cannot be changed here.
    let reason: String?
    /// After a user was added.
    let another: Anchor?

    init(_ detail: UserDetail, _ part: Part, addAnother: Bool = false) {
        let user = detail.user
        username = user.username.text
        name = user.name.full
        var badges = [Badge(detail.status)]
        if user.level > .basic { badges.append(Badge(Words.level(user.level))) }
        if user.access.dashboard { badges.append(Badge(Words.dashboard)) }
        if user.access.api { badges.append(Badge(Words.api)) }
        self.badges = badges
        let acts = UserAct.fitting(detail)
        let links =
            acts.map { Anchor(Words.actLabel($0), .user(user.username, $0.part)) }
            + (detail.mayDelete ? [Anchor(Words.deleteForGood, .user(user.username, .delete))] : [])
        menu = links.isEmpty ? nil : Menu(label: Words.actions, links: links, buttons: [])
        tabs = Self.tabs(user, here: part)
        reason = detail.fullChangeDenial.map { Words.reason(for: $0) }
        another = addAnother ? Anchor(Words.addAnother, .addUser) : nil
    }

    /// The parts of a user's page. The credential has a page of its own, which shows them too: it is one user, wherever one came from.
    static func tabs(_ user: User, here: Part) -> [Tab] {
        var parts: [(Part, String, Link)] = [
            (.overview, Words.overview, .user(user.username)), (.access, Words.accessTab, .user(user.username, .access)),
        ]
        if user.access.api || here == .credential { parts.append((.credential, Words.credentialTab, .credential(user.username.text))) }
        parts.append((.activity, Words.activity, .user(user.username, .activity)))
        return parts.map { Tab(label: $0.1, href: $0.2.text, isHere: $0.0 == here) }
    }
}

extension Words {
    /// A denial in one line, where the control would be.
    static func reason(for denial: Denial) -> String {
        switch denial {
        case .someAccountsAreForeign(let count): foreignAccounts(count)
        case .ownLevel: ownLevelGuard
        case .lastOperator: operatorGuard
        case .lastAdmin(let account): lastAdminGuard([account.description])
        case .adminsOnly, .operatorsOnly, .notYourUser, .ownDeactivation:
            {
                let words = sentences(for: denial, admins: adminContact([])); return "\(words.heading). \(words.text)"
            }()
        }
    }
}
