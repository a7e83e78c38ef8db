import Domain
import Operations

/// One sentence about a user who is about to be added, from the answers of the form. The script keeps it true while somebody types; without
/// it, it is said on the page that follows.
struct UserSummary: Sendable {
    let text: String
    // What the script makes the same sentence of.
    let who = Words.summaryWho
    let dashboard = Words.summaryAccess(["dashboard"])
    let api = Words.summaryAccess(["api"])
    let both = Words.summaryAccess(["dashboard", "api"])
    let none = Words.summaryAccess([])
    let role = Words.summaryRole
    let roles = Words.summaryRoles
    let noRole = Words.summaryNoRole
    let noAccount = Words.summaryNoAccount
    let inWord = Words.summaryIn
    let andWord = Words.summaryAnd
    let withWord = Words.summaryWith

    /// "jo.doe, basic user, will sign in to the dashboard, with 2 roles in 920012."
    init(_ fields: UserFields) {
        let name = fields.username.isEmpty ? Words.summaryWho : fields.username
        let level = (AdministrationLevel(rawValue: fields.level) ?? .basic)
        let places = fields.accounts.map { account in
            let count = fields.roles.count { $0.hasPrefix("\(account):") }
            let roles = count == 0 ? Words.summaryNoRole : Words.counted(count, Words.summaryRole, Words.summaryRoles)
            return "\(roles) \(Words.summaryIn) \(account)"
        }
        let with = places.isEmpty ? Words.summaryNoAccount : "\(Words.summaryWith) " + places.joined(separator: " \(Words.summaryAnd) ")
        text = "\(name), \(Words.level(level).lowercased()), \(Words.summaryAccess(fields.access)), \(with)."
    }
}
