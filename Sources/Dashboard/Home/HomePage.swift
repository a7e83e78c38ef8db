import Domain
import Operations
import Ports

/// `/home` for admins: what needs attention, first steps, the latest events.
struct AdminHomePage: PageModel {
    static let template = "page-home"

    struct Step: Hashable, Sendable {
        let label: String
        let href: String
        let done: Bool
    }

    let title: String
    let addUser: Anchor
    let needs: [Attention.Item]
    let hasNeeds: Bool
    let nothing: String
    let checkedLabel: String
    let checked: Moment
    /// Empty once all are done.
    let steps: [Step]
    let hasSteps: Bool
    let events: Table
    let places: [Anchor]

    var section: Section { .home }

    init(_ attention: Attention, _ steps: [Step], events: [AuditRecord], viewer: Caller, now: Instant) {
        title = Words.home
        addUser = Anchor(Words.addUser, .addUser)
        needs = attention.items
        hasNeeds = !attention.items.isEmpty
        nothing = Words.homeNothing
        checkedLabel = Words.homeChecked
        checked = Moment(now)
        self.steps = steps.contains { !$0.done } ? steps : []
        hasSteps = !self.steps.isEmpty
        self.events = AuditTable.make(events, caption: Words.homeEvents, viewer: viewer)
        places =
            [Anchor(Words.users, .users), Anchor(Words.accounts, .accounts), Anchor(Words.audit, .audit)]
            + (viewer.level == .operator ? [Anchor(Words.mail, .heldMail), Anchor(Words.settings, .settings)] : [])
    }
}

/// `/home` for basic users: what they have, and who can change it.
struct OwnHomePage: PageModel {
    static let template = "page-home-own"

    struct Place: Sendable {
        let heading: String
        let facts: Facts
    }

    let title: String
    let facts: Facts
    let accounts: [Place]
    let none: Empty?
    let password: Anchor

    var section: Section { .home }
    var layout: Layout { .narrow }

    /// - Parameter roleName: a role's name for people.
    init(_ user: User, _ accounts: [OwnAccount], session: Session, roleName: (String) -> String) {
        title = Words.home
        facts = Facts([
            Fact(Words.username, user.username.text, verbatim: true), Fact(Words.accessTitle, Words.access(user.access)),
            Fact(Words.lastSignIn, user.lastSignInAt, otherwise: Words.never), Fact(Words.homeAddress, session.address, verbatim: true),
            Fact(Words.homeDevice, ClientWords.of(session.client)),
        ])
        self.accounts = accounts.map { own in
            Place(
                heading: "\(own.account.id) \(own.account.name)",
                facts: Facts([
                    Fact(Words.homeAccountRoles, own.roles.isEmpty ? Words.noRole : own.roles.map(roleName).sorted().joined(separator: ", ")),
                    Fact(Words.homeAdmins, Words.homeAdminsOf(own.admins)),
                ]))
        }
        none = accounts.isEmpty ? Empty(heading: nil, text: Words.homeNoAccounts, actions: []) : nil
        password = Anchor(Words.homePasswordLink, .ownPassword)
    }
}
