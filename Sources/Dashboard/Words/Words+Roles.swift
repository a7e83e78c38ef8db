/// Texts of the pages about roles.
extension Words {
    static let rolesPages: [String: String] = ["roleFacts": "Details"]

    static let rolesLead = "A role opens parts of the API to a user, account by account. Nothing is open that no line here allows."
    static let rolesOpen = "Without any role"
    static let rolesNothingOpen = "A user without any role can call nothing."
    static let roleRules = "Methods and paths"
    static let roleByContract = "By contract"
    static let roleID = "Role ID"
    static let roleHolders = "Who holds it"
    static let roleSince = "Since"
    static let roleSinceUnknown = "Before the log begins"
    static let roleNoHolders = "Nobody holds this role."
    static let roleAllUsers = "Open these users in the list"
    static let nobody = "Nobody"

    static func roleExcept(_ rule: String) -> String { "except \(rule)" }
}
