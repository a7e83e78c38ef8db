import Domain

/// Sentences for what is wrong with a field: what it is, and what to do.
extension Words {
    /// E31
    static let passwordNotKept = "For safety we did not keep the password you typed. Enter it again"

    /// - Parameter own: the form is about the person who fills it in.
    static func sentence(for fault: FieldFault, own: Bool = false) -> String {
        let their = own ? "your" : "their"
        return switch fault {
        case .username(let fault): username(fault)
        case .firstName(let fault): line(fault, missing: "Enter \(their) first name", the: "first name", maximum: PersonName.maximumLength)  // E23
        case .lastName(let fault): line(fault, missing: "Enter \(their) last name", the: "last name", maximum: PersonName.maximumLength)  // E23
        case .email(let fault): email(fault)
        case .phone(let fault): phone(fault)
        case .level(let fault): level(fault)
        case .access(.missing): "Choose at least one access method"  // E26
        case .access(.unknown): "Choose dashboard, API, or both"
        case .password(let fault): password(fault)
        case .currentPassword: "That is not your current password. Enter the one you sign in with now"
        case .accounts(let fault): accounts(fault)
        case .roles(let fault): roles(fault)
        case .accountID(let fault): accountID(fault)
        case .accountName(let fault): line(fault, missing: "Enter a name for the account", the: "account name", maximum: Account.maximumNameLength)
        case .companyName(let fault): line(fault, missing: "Enter the company's name", the: "company name", maximum: Account.maximumNameLength)
        case .publicAddress: "Enter the address people reach Latchkey at, like https://id.example.com"
        case .reminderDays: "Enter a number of days from 1 to 3650"
        case .grace: "Choose how long the old password goes on working: now to 24 hours"
        case .confirmation(let expected): "Type \(expected) to confirm"  // E32
        }
    }

    private static func username(_ fault: FieldFault.UsernameFault) -> String {
        switch fault {
        case .missing, .characters, .tooShort, .tooLong: "Enter a username of 4 to 100 letters, digits or . @ _ -"  // E22
        case .taken: "Another user has this username. Choose a different one"  // E20
        case .unchangeable: "A username can never be changed. Add a new user instead"
        }
    }

    private static func line(_ fault: TextFault, missing: String, the name: String, maximum: Int) -> String {
        switch fault {
        case .missing: missing
        case .tooLong: "Shorten the \(name) to at most \(maximum) characters"
        case .controlCharacters: "The \(name) has characters that cannot be shown. Type it instead of pasting it"
        }
    }

    private static func email(_ fault: FieldFault.EmailFault) -> String {
        switch fault {
        case .missing, .malformed: "Enter an email address, like name@example.com"  // E24
        case .tooLong: "Enter an email address of at most \(EmailAddress.maximumLength) characters"
        case .taken:  // E21
            "Another user has this email address. Every user needs their own; a tagged address such as name+api@example.com works with many mail servers"
        }
    }

    /// E25
    private static func phone(_ fault: FieldFault.PhoneFault) -> String {
        switch fault {
        case .missing, .characters, .length: "Enter a 10-digit phone number, like 919 555 0134"
        case .countryCode: "Leave out the country code and enter 10 digits"
        }
    }

    private static func level(_ fault: FieldFault.LevelFault) -> String {
        switch fault {
        case .missing, .unknown: "Choose an administration level"
        case .notYours: "You cannot give this level. Only operators make operators"
        case .ownLevel: "You cannot change your own level. Ask another admin"
        case .lastAdmin(let account): lastAdmin(of: account)
        case .lastOperator: lastOperator
        }
    }

    private static func accounts(_ fault: FieldFault.AccountsFault) -> String {
        switch fault {
        case .missing: "Choose at least one account"  // E27
        case .unknown: "One of the accounts does not exist. Choose from the list"
        case .notYours(let account): "You cannot give access to account \(account), since you do not have it. Choose one of yours"
        }
    }

    private static func roles(_ fault: FieldFault.RolesFault) -> String {
        switch fault {
        case .unknown(let role): "There is no role \(role) any more. Choose from the list"
        case .notEntitled(let role, let account): "Account \(account) has no contract for the role \(role). Leave it out or ask your operator"
        case .accountNotChosen(let account): "You chose a role in account \(account) but not the account. Choose both or neither"
        }
    }

    private static func accountID(_ fault: FieldFault.AccountIDFault) -> String {
        switch fault {
        case .missing: "Enter an account ID"
        case .malformed: "Enter an account ID of 1 to 12 digits that does not begin with 0"
        case .taken: "Another account has this ID. Choose a different one"
        }
    }

    static func password(_ fault: PasswordFault) -> String {
        switch fault {
        case .missing: "Enter a password"
        case .tooShort(let minimum, let actual): "Use at least \(minimum) characters. Yours has \(actual)"  // E28
        case .tooLong(let maximum): "Use at most \(maximum) characters"
        case .unprintable: "Leave out characters that cannot be seen, such as tabs and line ends"
        case .notASCII: "Use only unaccented letters, digits and signs that are on every keyboard: programs send others differently"
        case .common: "This password is on a list of common ones. Choose another"  // E29
        case .looksMistyped: "Choose a password that does not begin with lk_"
        case .containsOwnName: "Leave your username, name and email out of the password"  // E30
        case .reused: "You have used this password before. Choose another"
        case .classesMissing: "Use at least three of these: small letters, capital letters, digits, signs"
        case .repeats: "Do not use the same character four times in a row"
        }
    }

    static func lastAdmin(of account: Identifier<Account>) -> String {
        "This is the last active admin of account \(account). Make somebody else an admin there first"
    }

    static let lastOperator = "This is the last active operator. Make somebody else an operator first"
}
