import Domain
import Ports

/// Texts of the pages about accounts, and of the settings.
extension Words {
    static let accountPages: [String: String] = [
        "accountFacts": "Details",
        "accountContracts": "By contract",
        "accountSave": "Save",
        "remindersTitle": remindersTitle,
        "accountAdd": "Add account",
        "settingsSave": "Save",
        "settingsParts": "Settings",
    ]

    // Accounts
    static let accountRoles = "Roles this account may hand out"
    static let accounts = "Accounts"
    static let addAccount = "Add account"
    static let accountsLead = "What customers own. An account's number is part of every API address."
    static let accountsNone = "No account yet."
    static let accountCompany = "Company"
    static let accountPeople = "Users"
    static let accountCreated = "Created"
    static let accountAddUser = "Add user"
    static let accountRoleCount = "Roles available"
    static let accountsSearchHint = "Part of an account's number, name or company"
    static let accountRolesHere = "Roles here"
    static let accountNobody = "Nobody has this account yet."
    static func accountAllPeople(_ count: Tally) -> String {
        count == Tally(1) ? "Open the user in the list" : count.isMore ? "Open all users in the list" : "Open all \(grouped(count)) users in the list"
    }
    static func noAccountMatch(_ search: String) -> String { "No account matches \"\(search)\"." }
    static let companyNameHint = "The customer, as on the contract"
    static let accountNameHint = "How the account is called on these pages"
    static let contractsLegend = "Roles by contract"
    static let contractsHint = "The account may hand these out only if its contract says so. Every other role it may hand out anyway."
    static let contractsFixed = "Only operators change what a contract allows."
    static let byContractYes = "By contract: allowed"
    static let byContractNo = "By contract: not allowed"
    static let withoutContract = "Every account may hand it out"

    static let remindersTitle = "Rotation reminders"
    static func remindersAfter(_ days: Int64) -> String {
        "API users of this account hear that it is time to rotate once their password is \(days) days old: 14 days, 3 days and 1 day ahead by email, and on Home. Nothing stops by itself."
    }
    static let remindersNever = "API users of this account are not reminded to rotate."
    static let remindersLabel = "Days after which a password is to be rotated"
    static let remindersHint = "1 to 3650. Leave it empty for no reminders"
    static let remindersInSettings =
        "Each account has its own number of days after which API users are reminded to rotate: open the account under Accounts."

    static let roleArea = "Area"
    static let roleAllows = "What it allows"
    static let roleCondition = "Condition"

    // Settings
    static let settings = "Settings"
    static let settingsLead = "For the whole installation. Every change is written into the audit log."
    static let renewalLabel = "Days after which a dashboard-only user chooses a new password"
    static let renewalHint =
        "0 means never. NIST (SP 800-63B) advises against changing passwords by the calendar: people then choose weaker ones. Users with the API access method are never asked."
    static let renewalFault = "Enter a whole number of days from 0 to 3650"
    static let supportLabel = "Support contact"
    static let supportHint = "Shown to users who cannot go on: an email address, a phone number or a page"
    static let supportFault = "Shorten the contact to at most 200 characters on one line"
    static let policyLegend = "Password rules"
    static let policyModern = "Modern"
    static let policyModernHint = "15 to 256 characters of any script, no common password, no own name. Long and memorable beats short and odd"
    static let policyClassic = "Classic"
    static let policyClassicHint =
        "12 to 30 characters without spaces, three of four kinds, no run of four. For contracts that ask for it; it makes passwords no stronger"
    static let policyFault = "Choose one of the password rules"
    static let deliveryFault = "Choose how a prepared password reaches its user"
}
