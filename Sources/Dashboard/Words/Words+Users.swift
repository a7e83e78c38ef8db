import Domain
import Ports

/// Texts of the pages about users.
extension Words {
    static let usersPages: [String: String] = [
        "usersQuick": "Quick views",
        "addIntro": "You add somebody who signs in here, or a program that calls the API.",
        "addWho": "Who they are",
        "addWhat": "What they can do here",
        "addWhere": "Accounts and roles",
        "addPassword": "Password",
        "addNext": "What happens next",
        "addSave": "Add user",
        "bothHeading": "One credential, two risks.",  // W1
        "bothText": "A leaked script would also open the dashboard. Make two users instead unless you have a reason not to.",
        "typedWarning": "You will know this password. They can replace it, and a program keeps using it until somebody does.",  // W2
        "noRoles": "With no roles this user can read only a few lists. You can add roles later.",  // W3
        "rolesHere": "Roles in",
        "roleOne": summaryRole,
        "roleMany": summaryRoles,
        "roleNoAccess": noAccess,
        "roleFilter": "Find a role",
        "roleFound": "role shown",
        "rolesFound": "roles shown",
        "lettersEarlier": "Earlier emails",
        "userDetails": "Details",
        "userEdit": "Change details",
        "userSave": "Save",
        "userDelivery": "Newest email",
        "userUsername": "Username",
        "userFixed": usernameFixed,
        "userTabs": "This user",
        "conflictField": "Field",
        "conflictTheirs": "Theirs (saved now)",
        "conflictYours": "Yours (not saved)",
        "conflictCaption": "Both versions",
        "confirmUndo": "How to undo it",
        "deleteHeading": deleteForGood,
    ]

    // The list
    static let addUser = "Add user"
    static let addPerson = "Add a person"
    static let addProgram = "Add a program"
    static let search = "Search"
    static let usersSearch = "Search name, email or phone"
    static let statusTitle = "Status"
    static let accessTitle = "Access methods"
    static let levelTitle = "Administration level"
    static let any = "Any"
    static let clear = "Clear"
    static let username = "Username"
    static let roles = "Roles"
    static let lastActive = "Last active"
    static let role = "Role"
    static let exportCSV = "Export CSV"
    static let people = "People"
    static let programs = "Programs"
    static let both = "Both"
    static let waiting = "Waiting"
    static let locked = "Locked"
    static let deactivated = "Deactivated"
    static let previousPage = "Previous"
    static let nextPage = "Next"
    static let noRole = "None"

    /// U1
    static let onlyYouHeading = "You are the only user."
    static let onlyYou = "Add a person who signs in here, or a program that calls the API."
    static let clearFilter = "Clear the filter"

    /// U2
    static func noMatch(_ search: String) -> String { search.isEmpty ? "No user matches the filter." : "No user matches \"\(search)\"." }

    /// "1–50 of 214"
    /// "1–50 of more than 10,000": what was not counted to its end says so.
    static func range(_ first: Int, _ last: Int, of total: Tally) -> String {
        let all = total.isMore ? moreThan(total.number) : grouped(total.number)
        guard total.number > 0 else { return "0 of 0" }
        return first == last ? "\(grouped(first)) of \(all)" : "\(grouped(first))–\(grouped(last)) of \(all)"
    }

    /// "4 roles: Billing, Ordering …"
    static func roleSummary(_ names: [String]) -> String {
        guard !names.isEmpty else { return noRole }
        return "\(counted(names.count, "role", "roles")): " + names.prefix(2).joined(separator: ", ") + (names.count > 2 ? " …" : "")
    }

    static func access(_ access: UserQuery.Access) -> String {
        switch access {
        case .dashboard: "Dashboard only"
        case .api: "API only"
        case .both: "Dashboard and API"
        }
    }

    // Fields of a user
    static let usernameHint = "This is permanent. Check the spelling before you save"  // W11
    static let firstName = "First name"
    static let lastName = "Last name"
    static let email = "Email address"
    static let emailHint = "Every user needs an address of their own"
    static let phone = "Work phone"
    static let phoneHint = "10 digits, without a country code. They type it once to verify"
    static let levelHintBasic = "Sees and changes only their own profile"
    static let levelHintAdmin = "An admin can add, change and remove every user in the accounts they share, you included."  // W7
    static let levelHintOperator = "Runs this installation: every account, every user, mail and settings"
    static let dashboard = "Dashboard"
    static let dashboardHint = "Signs in to these pages"
    static let api = "API"
    static let apiHint = "Their username and password authenticate API calls"
    static let accessHint = "At least one"
    static let passwordLegend = "How do they get a password?"
    static let passwordOwn = "They choose their own"
    static let passwordOwnHint = "On the page that follows verification. Nobody else ever knows it"
    static let passwordGenerate = "Generate one now"
    static let passwordGenerateHint = "It is shown to you once, and reaches them after verification"
    static let passwordTyped = "I will type one"
    static let passwordTypedHint = "It reaches them after verification"
    static let password = "Password"
    static let aProgram = "Add a program instead"
    static let aPerson = "Add a person instead"
    static let programFirstName = "API"
    static let programLastName = "User"

    static func nextSteps(_ verificationHours: Int64) -> [String] {
        ["We send a verification email. Its link works for \(counted(Int(verificationHours), "hour", "hours"))."] + nextStepsOfTheirs
    }
    private static let nextStepsOfTheirs = [
        "They open it and type the work phone number that you enter here.",
        "They choose a password, or the one you set reaches them by a second email.",
        "Until then they can neither sign in nor call the API.",
    ]

    // Accounts and roles
    static func rolesSummary(isMember: Bool, roles: Int) -> String { isMember ? counted(roles, summaryRole, summaryRoles) : noAccess }
    static let noAccess = "no access"
    static func accountAccess(_ name: String) -> String { "Access to \(name)" }
    static func notInContract(of account: String) -> String { "Not in \(account)'s contract" }
    static func leftContract(of account: String) -> String { "No longer in \(account)'s contract: once taken away it cannot be given back" }
    static let unknownRoles = "No longer in the catalogue"
    static let unknownRole = "Opens nothing any more. Once taken away it cannot be given back"
    static func moreAccounts(_ count: Int) -> String {
        "\(counted(count, "further account is", "further accounts are")) not listed here. Open the account and add the user from there."
    }

    static func copyRoles(from account: Identifier<Account>) -> String { "Copy roles from \(account)" }
    static func copyRolesTo(_ account: Identifier<Account>) -> String { "to \(account)" }
    static func rolesCopied(from account: Identifier<Account>) -> String { "Roles copied from \(account)" }

    // "jo.doe, basic user, will sign in to the dashboard, with 2 roles in 920012."
    static let summaryWho = "This user"
    static let summaryRole = "role"
    static let summaryRoles = "roles"
    static let summaryNoRole = "no role"
    static let summaryNoAccount = "in no account"
    static let summaryIn = "in"
    static let summaryAnd = "and"
    static let summaryWith = "with"
    static func summaryAccess(_ access: [String]) -> String {
        switch (access.contains("dashboard"), access.contains("api")) {
        case (true, true): "will sign in to the dashboard and call the API"
        case (true, false): "will sign in to the dashboard"
        case (false, true): "will call the API"
        case (false, false): "has no access method yet"
        }
    }

    // One user
    static let usernameFixed = "cannot be changed"
    static let overview = "Overview"
    static let accessTab = "Access"
    static let credentialTab = "Credential"
    static let activity = "Activity"
    static let actions = "Actions"
    static let emailVerified = "confirmed"
    static let emailNotVerified = "not confirmed yet"
    static let addedBy = "Added"
    static let lastSignIn = "Last sign-in"
    static let lastCall = "Last API call"
    static let refusedCallsOfUser = "Refused calls of this user"
    static let passwordFact = "Password made"
    static let passwordNone = "None yet"
    static let invitationEnds = "Verification link ends"
    static let noInvitation = "No open link: send the verification email again"
    static let passwordKnown = "an admin knew it"
    static let sendAgain = "Send again"
    static let passwordSeen = "Password seen on plain HTTP"

    static func added(by: String) -> String { "by \(by)" }
    static func called(_ use: CredentialUse) -> String { "from \(use.address): \(use.method) \(use.path)" }

    static let emailMoves = "A new address gets a link to confirm it. Nothing changes until it is used"
    static let emailCorrects = "A corrected address gets a new verification email; the old link stops working"
    static let ownLevelGuard = "You cannot change your own level. Ask another admin."
    static func foreignAccounts(_ count: Int) -> String {
        "This user also has \(counted(count, "account", "accounts")) that you do not manage. Level, access methods, names, email, phone and activation can be changed only by an admin of all of them."
    }
    static func foreignKept(_ count: Int) -> String { "\(counted(count, "account", "accounts")) that you do not manage: stays as it is." }
    static let operatorGuard = "This is the last active operator: the level cannot be lowered and the user cannot be deactivated."
    static func lastAdminGuard(_ accounts: [String]) -> String {
        "This is the only active admin of \(list(accounts)): the level cannot be lowered, the account cannot be taken away and the user cannot be deactivated until somebody else is an admin there."
    }
    static func chooseAdmin(_ account: String) -> String { "Choose another user of \(account) to make an admin" }
    static func accountNumber(_ account: Identifier<Account>) -> String { "account \(account)" }
    static func backTo(_ username: String) -> String { "Back to \(username)" }
    static let chooseOperator = "Choose another user to make an operator"

    // Conflict
    static let conflictTitle = "Somebody changed this user while you were editing"  // 409
    static let conflictText = "Compare below and choose. Nothing of yours was saved."
    static let addAnother = "Add another user"
    static let keepMine = "Keep mine"
    static let takeTheirs = "Take theirs"
    static let accessNothing = "No access"

    static let memberOnly = "Access without roles"

    // What a save changed (N8)
    static func levelChanged(_ now: AdministrationLevel) -> String { "Now \(level(now).lowercased())." }
    static func accessChanged(_ now: AccessMethods) -> String { "Access methods: \(access(now))." }
    static func accountGiven(_ account: Identifier<Account>) -> String { "Added account \(account)." }
    static func accountTaken(_ account: Identifier<Account>) -> String { "Removed account \(account)." }
    static func rolesAdded(_ roles: [String], _ account: Identifier<Account>) -> String { "Added \(list(roles)) in \(account)." }
    static func rolesRemoved(_ roles: [String], _ account: Identifier<Account>) -> String { "Removed \(list(roles)) in \(account)." }

    static func furtherChanges(_ count: Int) -> String { "And \(counted(count, "further change", "further changes"))." }
    static func emailAsked(_ address: EmailAddress) -> String { "The email address changes when the link we sent to \(address) is opened." }

    // Deleting
    static let deleteForGood = "Delete for good"
    static func deleteTitle(_ username: String) -> String { "Delete \(username) for good" }
    static let deleteHappens = [
        "Sessions end, and API calls are refused from the next one on.", "Open links and letters that are still waiting die.",
        "Names, email, phone, password, accounts and roles are erased.",
    ]
    static let deleteStays = [
        "What the audit log says of this user, by username.", "The username: nobody else can ever get it, so that the log stays true.",
    ]
    static let deleteUndo = "Deactivating can be undone; deleting cannot."
    static let deactivateInstead = "Deactivate instead"
    static let keepDeactivated = "Keep it deactivated"
    static func deleteConfirm(_ username: String) -> String { "Type \(username) to confirm" }

    // A password, shown once
    static func secretTitle(_ username: String) -> String { "Copy the password of \(username)" }
    static let secretOnceHeading = "This is the only time it is shown here."  // W5
    static let secretOnce =
        "We keep a one-way fingerprint, not the password, and a sealed copy until the second email takes it along after verification. If it is lost, reset it."
}
