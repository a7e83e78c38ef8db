import Domain
import Operations
import Ports

/// `/home` for basic users: what they have, and who can change it.
struct OwnHomePage: PageModel {
    static let template = "page-home-own"

    struct Place: Sendable {
        let heading: String
        let facts: Facts
    }

    /// The password that programs of this user call with.
    struct OwnCredential: Sendable {
        let facts: Facts
        let see: Anchor
        let quickStart: Anchor
    }

    let title: String
    let banners: [Notice]
    /// While two passwords are live.
    let rotation: CredentialPage.Running?
    let facts: Facts
    let credential: OwnCredential?
    let accounts: [Place]
    /// Set where there are roles to ask about.
    let roles: Anchor?
    let none: Empty?
    let password: Anchor
    let profile: Anchor

    var section: Section { .home }
    var layout: Layout { .narrow }

    /// - Parameters:
    ///   - credential: for users with the API access method.
    ///   - roleName: a role's name for people.
    ///   - form: makes the target of a form.
    init(
        _ user: User, _ accounts: [OwnAccount], session: Session, credential: CredentialDetail? = nil, banners: [Notice] = [], now: Instant,
        form: (Link) -> FormTarget, roleName: (String) -> String
    ) {
        title = Words.home
        self.banners = banners
        rotation = credential.flatMap { CredentialPage.Running($0, mayChange: true, form: form) }
        facts = Facts([
            Fact(Words.username, user.username.text, verbatim: true), Fact(Words.levelTitle, Words.level(user.level)),
            Fact(Words.accessTitle, Words.access(user.access)),
            Fact(Words.lastSignIn, user.lastSignInAt, otherwise: Words.never), Fact(Words.homeAddress, session.address, verbatim: true),
            Fact(Words.homeDevice, ClientWords.of(session.client)),
        ])
        self.credential = credential.map { Self.credential($0, now: now) }
        self.accounts = accounts.map { own in
            Place(
                heading: "\(own.account.id) \(own.account.name)",
                facts: Facts([
                    Fact(Words.homeAccountRoles, own.roles.isEmpty ? Words.noRole : own.roles.map(roleName).sorted().joined(separator: ", ")),
                    Fact(Words.homeAdmins, Words.homeAdminsOf(own.admins)),
                ]))
        }
        roles = accounts.contains { !$0.roles.isEmpty } ? Anchor(Words.homeRolesLink, .roles) : nil
        none = accounts.isEmpty ? Empty(heading: nil, text: Words.homeNoAccounts, actions: []) : nil
        password = Anchor(Words.homePasswordLink, .ownPassword)
        profile = Anchor(Words.homeProfileLink, .profile)
    }

    private static func credential(_ detail: CredentialDetail, now: Instant) -> OwnCredential {
        let last = [detail.current, detail.previous].compactMap { $0?.lastUsed }.max { $0.at < $1.at }
        var facts = [
            Fact(Words.passwordColumn, Words.passwordState(detail, now: now)),
            last.map { Fact(Words.lastUsed, Words.lastUse($0)) } ?? Fact(Words.lastUsed, Words.never),
        ]
        if let dueAt = detail.dueAt { facts.append(Fact(Words.rotationDue, dueAt, otherwise: Words.never)) }
        return OwnCredential(
            facts: Facts(facts), see: Anchor(Words.seeCredential, .credential(detail.user.username.text)),
            quickStart: Anchor(Words.quickStart, .quickStart))
    }
}

/// What Home says about one's own password before its time is over.
enum OwnPasswordBanners {
    /// So long before its end a password is spoken of.
    static let ahead: Duration = .days(14)

    /// - Parameters:
    ///   - renewalDays: after which a dashboard-only user chooses a new one; 0: never.
    ///   - dueAt: when the reminder policy wants a new one for programs.
    static func make(_ user: User, renewalDays: Int64, dueAt: Instant?, now: Instant) -> [Notice] {
        let renewal = PasswordExpiry.renewal(access: user.access, changedAt: user.passwordChangedAt, renewalDays: renewalDays)
        let own = renewal.flatMap { at in
            at - now > ahead
                ? nil
                : Notice(.warn, Words.ownPasswordEnds(at), heading: Words.ownPasswordHeading, action: Anchor(Words.changePassword, .ownPassword))
        }
        let programs = dueAt.flatMap { at in
            at - now > ahead
                ? nil
                : Notice(
                    .warn, Words.ownRotationDue(at, now: now), heading: Words.ownRotationHeading,
                    action: Anchor(Words.rotate, .rotate(user.username.text)))
        }
        return [own, programs].compactMap(\.self)
    }
}
