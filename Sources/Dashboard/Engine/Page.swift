/// What a page template is filled with. `page-x.mustache` sees the model's stored properties by name, and around them `words.…`, the
/// text table.
protocol PageModel: Sendable {
    /// The name of its text, without ending: `page-…`.
    static var template: String { get }
    /// What the page is, first in the document's title.
    var title: String { get }
    var section: Section { get }
    var layout: Layout { get }
    /// What was wrong with what was sent; empty on a fresh page.
    var errors: FormErrors { get }
    /// The page holds a secret: a reload of the form that led to it is told that it was shown already.
    static var isShownOnce: Bool { get }
}

extension PageModel {
    var section: Section { .outside }
    var layout: Layout { .wide }
    var errors: FormErrors { .none }
    static var isShownOnce: Bool { false }
}

/// Where a page belongs: which tabs are current, and the middle of the document's title.
enum Section: Hashable, Sendable {
    /// Before signing in, and links from letters.
    case outside
    case home
    case users
    case roles
    case accounts
    case auditLog
    case settings
    case heldMail
    case refusedCalls
    case credentials
    case quickStart
    case search
    case help
    case profile
    case security
    case sessions
    case notifications
    case appearance

    var name: String? {
        switch self {
        case .outside: nil
        case .home: Words.home
        case .users: Words.users
        case .roles: Words.roles
        case .accounts: Words.accounts
        case .auditLog: Words.audit
        case .settings: Words.settings
        case .heldMail: Words.mail
        case .refusedCalls: Words.refusedCalls
        case .credentials: Words.credentials
        case .quickStart: Words.quickStart
        case .search: Words.search
        case .help: Words.keys
        case .profile, .security, .sessions, .notifications, .appearance: Words.profile
        }
    }

    /// Under the tab "Account".
    var isInAccount: Bool {
        switch self {
        case .users, .accounts, .auditLog, .settings, .heldMail, .roles, .refusedCalls: true
        case .outside, .home, .credentials, .quickStart, .search, .help, .profile, .security, .sessions, .notifications, .appearance: false
        }
    }

    /// About oneself.
    var isInProfile: Bool {
        switch self {
        case .profile, .security, .sessions, .notifications, .appearance: true
        case .outside, .home, .users, .accounts, .auditLog, .settings, .heldMail, .roles, .refusedCalls, .credentials, .quickStart, .search, .help:
            false
        }
    }
}

/// How wide a page is.
enum Layout: String, Sendable {
    case wide = ""
    case narrow
    case center
}
