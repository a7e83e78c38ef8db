import Domain
import Operations
import Synchronization

/// A page that tabs, menus and the search lead to.
struct Place: Sendable {
    let label: String
    let link: Link
    let section: Section
    /// Who may go there.
    let least: AdministrationLevel
    /// The letter after `g` that leads there.
    let key: String?

    init(_ label: String, _ link: Link, _ section: Section, least: AdministrationLevel = .basic, key: String? = nil) {
        self.label = label
        self.link = link
        self.section = section
        self.least = least
        self.key = key
    }
}

/// Where there is to go, in the order of the tabs. A place whose page is not mounted is shown nowhere.
enum Sitemap {
    static let tabs = [
        Place(Words.home, .home, .home, key: "h"), Place(Words.account, .account, .users, least: .admin),
        Place(Words.credentials, .credentials, .credentials, key: "c"), Place(Words.quickStart, .quickStart, .quickStart),
    ]

    static let accountTabs = [
        Place(Words.users, .users, .users, least: .admin, key: "u"), Place(Words.roles, .roles, .roles, least: .admin),
        Place(Words.accounts, .accounts, .accounts, least: .admin), Place(Words.refusedCalls, .refusedCalls, .refusedCalls, least: .admin),
        Place(Words.audit, .audit, .auditLog, least: .admin, key: "a"), Place(Words.settings, .settings, .settings, least: .operator),
        Place(Words.mail, .heldMail, .heldMail, least: .operator),
    ]

    static let profileTabs = [
        Place(Words.profile, .profile, .profile), Place(Words.security, .ownPassword, .security), Place(Words.sessions, .sessions, .sessions),
        Place(Words.notifications, .notifications, .notifications), Place(Words.appearance, .appearance, .appearance),
    ]

    /// What the own menu offers.
    static let own: Set<Section> = [.profile, .security, .sessions, .appearance]

    /// Roles are for everybody to read, though the tab is the admins'.
    static let others = [Place(Words.search, .search, .search), Place(Words.keys, .keys, .help), Place(Words.roles, .roles, .roles)]

    static var all: [Place] { tabs + accountTabs + profileTabs + others }

    /// First segments of paths behind sign-in: where somebody can be led after signing in.
    static let roots: Set<String> = ["home", "account", "profile", "credentials", "quickstart", "search", "help", "confirm", "answers"]
}

/// The paths that pages answer at, as routes name them. Filled while routes are mounted, read ever after.
final class Mounted: Sendable {
    private let known = Mutex<Set<String>>([])

    init(_ paths: Set<String> = []) { add(paths) }

    /// Every place of the sitemap: what tests draw with.
    static var everything: Mounted { Mounted(Set(Sitemap.all.map(\.link.path))) }

    func add(_ paths: Set<String>) { known.withLock { $0.formUnion(paths) } }

    func has(_ place: Place) -> Bool { known.withLock { $0.contains(place.link.path) } }

    var paths: [String] { known.withLock { $0.sorted() } }

    /// What somebody may go to.
    func open(_ places: [Place], to user: User) -> [Place] { places.filter { user.level >= $0.least && has($0) } }
}
