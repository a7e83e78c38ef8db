import Domain
import Ports

/// Every English text of the dashboard, here and in the extensions beside this file. Another language is another such table.
///
/// Texts that stand in templates are in `table`, found there as `{{words.name}}`; the others are values and functions. Ids in comments are the
/// product's own names for its messages.
enum Words {
    static let brand = "Latchkey"

    /// Texts that templates name.
    static let table: [String: String] = [
        shell, shellPages, scriptWords, preferencePages, helpPages, quickStartPages, publicPages, failurePages, usersPages, accountPages, homePages,
        profilePages,
        refusedPages, mailPages,
        auditPages, rolesPages, credentialPages,
    ]
    .reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    static let shell: [String: String] = [
        "skip": "Skip to the content",
        "navMain": "Main",
        "signedInAs": "Signed in as",
        "errorsHeading": "There is a problem",
        "errorPrefix": "Error:",
        "optional": "(optional)",
        "show": "Show",
        "copy": "Copy",
        "pages": "Pages",
        "filter": "Filter",
        "filterMore": "More filters",
        "filterOn": "Filters that are on",
        "filterRemove": "Remove",
        "confirmHappens": "What happens",
        "confirmStays": "What stays",
    ]

    // Header
    static let home = "Home"
    static let account = "Account"
    static let users = "Users"
    static let profile = "Profile"
    static let signOut = "Sign out"

    /// `{what} – {section} – Latchkey`, with `Error: ` in front when something is wrong.
    static func documentTitle(_ what: String, section: String?, hasErrors: Bool) -> String {
        let parts = [what, section == what ? nil : section, brand].compactMap(\.self)
        return (hasErrors ? "Error: " : "") + parts.joined(separator: " – ")
    }

    // Common small words
    static let never = "Never"
    static let cancel = "Cancel"

    /// "12,480"
    static func grouped(_ number: some BinaryInteger) -> String {
        var groups: [String] = []
        var rest = String(number.magnitude)[...]
        while rest.count > 3 {
            groups.insert(String(rest.suffix(3)), at: 0)
            rest = rest.dropLast(3)
        }
        return (number < 0 ? "-" : "") + ([String(rest)] + groups).joined(separator: ",")
    }

    static func moreThan(_ number: Int) -> String { "more than \(grouped(number))" }

    /// "12,480", or "10,000+" for what was not counted to its end.
    static func grouped(_ tally: Tally) -> String { grouped(tally.number) + (tally.isMore ? "+" : "") }

    static func counted(_ tally: Tally, _ one: String, _ many: String) -> String {
        "\(grouped(tally)) \(tally == Tally(1) ? one : many)"
    }

    static func counted(_ number: Int, _ one: String, _ many: String) -> String { "\(grouped(number)) \(number == 1 ? one : many)" }

    /// "Ann Lee and Bo Chen", "Ann Lee, Bo Chen and Cy Ito".
    static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Whole minutes or hours, rounded up: how long somebody has to wait.
    static func wait(_ span: Duration) -> String {
        let minutes = Int(clamping: (span.secondsRoundedUp + 59) / 60)
        if minutes < 60 { return counted(max(minutes, 1), "minute", "minutes") }
        return counted((minutes + 59) / 60, "hour", "hours")
    }

    /// In seconds while that is how people count.
    static func shortWait(_ span: Duration) -> String {
        let seconds = Int(clamping: max(span.secondsRoundedUp, 1))
        return seconds < 120 ? counted(seconds, "second", "seconds") : wait(span)
    }

    // Levels, access methods, status
    static func level(_ level: AdministrationLevel) -> String {
        switch level {
        case .basic: "Basic user"
        case .admin: "Account admin"
        case .operator: "Operator"
        }
    }

    static func access(_ access: AccessMethods) -> String {
        if access.isBoth { return "Dashboard and API" }
        return access.dashboard ? "Dashboard" : "API"
    }

    static func status(_ status: UserStatus) -> String {
        switch status {
        case .active: "Active"
        case .waiting: "Waiting to verify"
        case .needsPassword: "Needs a password"
        case .locked: "Locked"
        case .deactivated: "Deactivated"
        }
    }
}
