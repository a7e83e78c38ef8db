import Domain

/// Refusals in sentences for the command line. Every case is handled: a new one does not compile here.
enum RefusalWords {
    static func sentences(_ refusal: Refusal) -> [String] {
        switch refusal {
        case .invalid(let faults): faults.map(FaultWords.sentence)
        case .denied(let denial): [sentence(denial)]
        case .notSignedIn: ["Nobody is signed in."]
        case .signIn: ["The sign-in was refused."]
        case .link: ["The link does not work any more."]
        case .noSuchUser: ["There is no such user. Names are case-sensitive; `latchkey user list` shows them."]
        case .noSuchAccount: ["There is no such account; `latchkey account list` shows them."]
        case .notFound: ["There is no such thing."]
        case .conflict: ["Somebody else changed the user in the meantime. Try again."]
        case .notNow(let reason): [sentence(reason)]
        case .wait(let until): ["Too many tries. Try again after \(until.sentence)."]
        case .busy(let seconds): ["Latchkey is busy. Try again in \(seconds) seconds."]
        case .unavailable: ["The database did not answer; nothing was saved. Try again, and see `latchkey doctor`."]
        }
    }

    private static func sentence(_ denial: Denial) -> String {
        switch denial {
        case .adminsOnly: "Only account admins may do this."
        case .operatorsOnly: "Only operators may do this."
        case .notYourUser: "There is no such user."
        case .someAccountsAreForeign: "The user has further accounts, which only their admins may change."
        case .ownLevel: "Nobody changes their own level."
        case .ownDeactivation: "Nobody deactivates themselves."
        case .lastAdmin(let account): "This is the last account admin of account \(account). Make another user an admin of it first."
        case .lastOperator: "This is the last operator. Make another one first."
        }
    }

    private static func sentence(_ reason: Refusal.NotNow) -> String {
        switch reason {
        case .alreadyVerified: "The user is verified already."
        case .notVerified: "The user is not verified yet."
        case .alreadyDeactivated: "The user is deactivated already."
        case .notDeactivated: "The user is active already."
        case .notLocked: "The user is not locked."
        case .alreadySetUp: "Latchkey is set up already."
        case .noAPIAccess: "The user does not have the API access method."
        case .noDashboardAccess: "The user does not have the dashboard access method."
        case .rotationUnderWay(let until):
            """
            Two passwords are live, and both are in use. The older one ends \(until.sentence). Wait for that, or end it with \
            `latchkey credential end`, or rotate with --grace 0, which ends both.
            """
        case .noOldPassword: "There is no older password that still works."
        case .keyInUse, .keyUsedForAnother: "This was done already."
        case .alreadyExtended: "The older password's time was extended already. That can be done once."
        }
    }
}

/// One field's fault in a sentence.
enum FaultWords {
    static func sentence(_ fault: FieldFault) -> String {
        switch fault {
        case .username(let fault): "--username: \(username(fault))"
        case .firstName(let fault): "--first-name: \(text(fault))"
        case .lastName(let fault): "--last-name: \(text(fault))"
        case .email(let fault): "--email: \(email(fault))"
        case .phone(let fault): "--phone: \(phone(fault))"
        case .level(let fault): "--level: \(level(fault))"
        case .access: "Access: choose --dashboard, --api or both."
        case .password(let fault): "Password: \(password(fault))"
        case .currentPassword: "The current password is wrong."
        case .accounts(let fault): "--account: \(accounts(fault))"
        case .roles(let fault): "--role: \(roles(fault))"
        case .accountID(let fault): "Account id: \(accountID(fault))"
        case .accountName(let fault): "Account name: \(text(fault))"
        case .companyName(let fault): "Company name: \(text(fault))"
        case .publicAddress: "The public address is not an https address."
        case .confirmation(let expected): "Type \(expected) to confirm."
        case .reminderDays: "--days: 1 to 3650."
        case .grace: "--grace: 0 to 24 hours, such as 0, 15m, 6h or 24h."
        }
    }

    private static func username(_ fault: FieldFault.UsernameFault) -> String {
        switch fault {
        case .missing: "give one."
        case .characters: "letters A to Z, digits and . @ _ - only."
        case .tooShort: "at least 4 characters."
        case .tooLong: "at most 100 characters."
        case .taken: "taken, perhaps in other capital letters."
        case .unchangeable: "it can never be changed."
        }
    }

    private static func text(_ fault: TextFault) -> String {
        switch fault {
        case .missing: "give one."
        case .tooLong: "too long."
        case .controlCharacters: "control characters are not allowed."
        }
    }

    private static func email(_ fault: FieldFault.EmailFault) -> String {
        switch fault {
        case .missing: "give one."
        case .malformed: "not an email address."
        case .tooLong: "at most 254 characters."
        case .taken: "another user has it. Use a tagged address, such as name+api@example.com."
        }
    }

    private static func phone(_ fault: FieldFault.PhoneFault) -> String {
        switch fault {
        case .missing: "give one."
        case .characters: "digits, spaces, dots, dashes and brackets only."
        case .length: "exactly ten digits."
        case .countryCode: "without the country code: ten digits."
        }
    }

    private static func level(_ fault: FieldFault.LevelFault) -> String {
        switch fault {
        case .missing, .unknown: "basic, admin or operator."
        case .notYours: "you cannot give this level."
        case .ownLevel: "nobody changes their own level."
        case .lastAdmin(let account): "this is the last account admin of account \(account)."
        case .lastOperator: "this is the last operator."
        }
    }

    private static func password(_ fault: PasswordFault) -> String {
        switch fault {
        case .missing: "give one."
        case .tooShort(let minimum, let actual): "at least \(minimum) characters, this one has \(actual)."
        case .tooLong(let maximum): "at most \(maximum) characters."
        case .unprintable: "it has a character that cannot be printed."
        case .notASCII: "letters, digits and signs of a US keyboard only, since programs send it."
        case .common: "it is one of the passwords that guessers try first."
        case .looksMistyped: "it begins with lk_, as generated passwords do."
        case .containsOwnName: "it contains the username, a name or the mailbox."
        case .reused: "it was used before."
        case .classesMissing: "use three of: lower case, upper case, digits, signs."
        case .repeats: "four equal characters in a row are not allowed."
        }
    }

    private static func accounts(_ fault: FieldFault.AccountsFault) -> String {
        switch fault {
        case .missing: "name at least one."
        case .unknown(let text): "\"\(text)\" is not an account id."
        case .notYours(let id): "there is no account \(id)."
        }
    }

    private static func roles(_ fault: FieldFault.RolesFault) -> String {
        switch fault {
        case .unknown(let text): "there is no role \"\(text)\". Write ACCOUNT:ROLE."
        case .notEntitled(let role, let account): "account \(account) may not hand out \(role)."
        case .accountNotChosen(let account): "account \(account) is not among the user's accounts: add --account \(account)."
        }
    }

    private static func accountID(_ fault: FieldFault.AccountIDFault) -> String {
        switch fault {
        case .missing: "give one."
        case .malformed: "one to twelve digits, the first one not 0."
        case .taken: "there is an account with it."
        }
    }
}
