import Domain
import Ports

/// A place inside the dashboard. Pages link by these values only, so that no page can link to nowhere.
struct Link: Hashable, Sendable {
    /// Path and query, ready for an `href` or a `Location`.
    let text: String

    /// Without the query.
    var path: String { String(text.prefix { $0 != "?" }) }

    private init(text: String) { self.text = text }

    /// A path of fixed and variable segments; variable ones are percent-encoded.
    private init(_ segments: String...) { text = segments.map { "/" + Self.encoded($0) }.joined() }

    static let root = Link(text: "/")
    static let signIn = Link("signin")
    static let signOut = Link("signout")
    static let forgotten = Link("forgot")
    static let renew = Link("renew")
    static let home = Link("home")
    static let homeSteps = Link("home", "steps")
    static let account = Link("account")
    static let users = Link("account", "users")
    static let usersCSV = Link("account", "users.csv")
    static let roles = Link("account", "roles")
    static let auditCSV = Link("account", "audit.csv")
    static let auditLines = Link("account", "audit.jsonl")
    static let addUser = Link("account", "users", "new")
    static let profile = Link("profile")
    static let ownPassword = Link("profile", "security")
    static let ownEmail = Link("profile", "email")
    static let sessions = Link("profile", "sessions")
    static let notifications = Link("profile", "notifications")
    static let appearance = Link("profile", "appearance")
    static let credentials = Link("credentials")
    static let quickStart = Link("quickstart")
    static let refusedCalls = Link("account", "refused")
    static let search = Link("search")
    static let keys = Link("help", "keys")
    static let chooseAccount = Link("switch")
    static let stay = Link("stay")
    static let confirm = Link("confirm")
    static let health = Link("healthz")
    static let accounts = Link("account", "accounts")
    static let addAccount = Link("account", "accounts", "new")
    static let refusedCallsCSV = Link("account", "refused.csv")
    static let audit = Link("account", "audit")
    static let settings = Link("account", "settings")
    static let settingsSecurity = Link("account", "settings", "security")
    static let settingsEmail = Link("account", "settings", "email")
    static let settingsAbout = Link("account", "settings", "about")
    static let heldMail = Link("account", "mail")

    static func setup(_ token: String) -> Link { Link("setup", token) }
    static func verify(_ token: String) -> Link { Link("verify", token) }
    static func verified(_ token: String) -> Link { Link("verify", token, "done") }
    static func passwordSet(_ token: String) -> Link { Link("password", token, "done") }
    static func password(_ token: String) -> Link { Link("password", token) }
    static func collect(_ token: String) -> Link { Link("collect", token) }
    static func confirmEmail(_ token: String) -> Link { Link("email", token) }
    static func stopEmailChange(_ token: String) -> Link { Link("email", token, "stop") }
    static func asset(_ name: String) -> Link { Link("assets", name) }

    static func user(_ username: Username) -> Link { Link("account", "users", username.text) }
    static func user(_ username: Username, _ part: UserPart) -> Link { Link("account", "users", username.text, part.rawValue) }
    static func account(_ id: Identifier<Account>) -> Link { Link("account", "accounts", id.description) }
    static func reminders(_ id: Identifier<Account>) -> Link { Link("account", "accounts", id.description, "reminders") }
    static func role(_ id: String) -> Link { Link("account", "roles", id) }
    static func event(_ number: Int64) -> Link { Link("account", "audit", String(number)) }
    static func credential(_ username: String) -> Link { Link("credentials", username) }
    static func credentials(_ filter: CredentialQuery.Filter) -> Link { credentials.with([(name: "show", value: filter.rawValue)]) }
    static func rotate(_ username: String) -> Link { Link("credentials", username, "rotate") }
    static func endCredential(_ username: String) -> Link { Link("credentials", username, "end") }
    static func extendCredential(_ username: String) -> Link { Link("credentials", username, "extend") }
    static func stopCredential(_ username: String) -> Link { Link("credentials", username, "stop") }
    static func letter(_ id: String) -> Link { Link("account", "mail", id) }

    /// The pages below a user's own: `/account/users/{username}/{part}`.
    enum UserPart: String, CaseIterable, Sendable {
        case access, activity, email, deactivate, activate, unlock, resend, reset, signout, delete
    }

    /// Where answers that waited come back into their form.
    static func answers(of path: String, key: String) -> Link {
        Link(text: "/answers" + path).with([(name: "kept", value: key)])
    }

    /// The same place with a query. Order is kept, so that a link is the same text each time.
    func with(_ query: [(name: String, value: String)]) -> Link {
        guard !query.isEmpty else { return self }
        let pairs = query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        return Link(text: text + (text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + pairs)
    }

    /// Where somebody wanted to go before signing in: only a path of ours, as this dashboard writes them. Everything that a browser might
    /// read as another host (`//host`, `/\host`, control characters) is refused, and so is every path that no page answers.
    init?(next text: String) {
        guard text.utf8.count <= 512, text.utf8.first == UInt8(ascii: "/"), text.utf8.allSatisfy(Self.isPlain) else { return nil }
        let path = text.prefix { $0 != "?" }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard let first = segments.first, Sitemap.roots.contains(String(first)) else { return nil }
        guard segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return nil }
        self.text = text
    }

    /// Characters that our own links are made of.
    private static func isPlain(_ byte: UInt8) -> Bool {
        isUnreserved(byte) || [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: "%")].contains(byte)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "@"): true
        case _: false
        }
    }

    /// Percent-encoding (RFC 3986 section 2.1) of everything but unreserved characters and `@`.
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
