public import Domain

/// What a refusal says to the caller of an API of ours: the same sentences in every answer that carries one.
public enum RefusalSentences {
    public static let noSuchUser = "There is no such user in an account of yours. Usernames mind capital letters."
    public static let noSuchAccount = "There is no account with this id."

    /// What happened, and what to do.
    public static func sentence(_ refusal: Refusal) -> String {
        switch refusal {
        case .invalid(let faults): sentence(faults)
        case .denied(let denial): sentence(denial)
        case .noSuchUser: noSuchUser
        case .noSuchAccount: noSuchAccount
        case .notFound: "There is nothing at this address."
        case .conflict: "Somebody changed the user at the same moment. Nothing was saved; send the request again."
        case .notNow(let reason): sentence(reason)
        case .wait: "There were too many wrong tries. Wait, then send the request again."
        case .busy: "The server has more passwords to check than it can at the moment. Nothing was saved; send the request again."
        case .unavailable: "The server cannot read or save anything at the moment. Nothing was saved; send the request again in a few seconds."
        case .notSignedIn, .signIn, .link: "The request carries no username and password that open this API."
        }
    }

    private static func sentence(_ denial: Denial) -> String {
        switch denial {
        case .adminsOnly: "Only account admins may ask for this. Ask an admin of the account."
        case .operatorsOnly: "Only operators of this installation may ask for this."
        case .notYourUser: noSuchUser
        case .someAccountsAreForeign, .ownLevel, .ownDeactivation, .lastAdmin, .lastOperator: "This user may not be changed in this way."
        }
    }

    private static func sentence(_ reason: Refusal.NotNow) -> String {
        switch reason {
        case .rotationUnderWay(let until):
            """
            Two passwords are live already, and both are in use. The older one ends \(until.iso8601). Wait for that, end it now, or rotate \
            with a grace of 0 seconds, which ends both.
            """
        case .noOldPassword: "There is no older password that still works: nothing to end or to extend."
        case .alreadyExtended: "The older password's time was extended already. That can be done once."
        case .keyInUse: "Another request with this Idempotency-Key was carried out at the same moment. Ask for the state; nothing was done twice."
        case .keyUsedForAnother: "This Idempotency-Key came with another request before. Use a new key for a new request."
        case .noAPIAccess: "The user does not have the API access method."
        case .notVerified: "The user has not been verified yet."
        case .alreadyDeactivated: "The user is deactivated."
        case .alreadyVerified, .notDeactivated, .notLocked, .alreadySetUp, .noDashboardAccess:
            "The user is not in a state in which this can be done."
        }
    }

    private static func sentence(_ faults: [FieldFault]) -> String {
        for fault in faults {
            if case .password(let fault) = fault { return PasswordSentences.sentence(fault) }
            if case .grace = fault { return "The grace must be a whole number of seconds from 0 to 86400, which is 24 hours." }
        }
        return "A field of the body is not right. Nothing was saved."
    }
}

/// Why a new password was refused: the rule that it breaks.
enum PasswordSentences {
    static func sentence(_ fault: PasswordFault) -> String {
        switch fault {
        case .missing: "The new password is empty."
        case .tooShort(let minimum, let actual): "The new password has \(actual) characters; it must have at least \(minimum)."
        case .tooLong(let maximum): "The new password is longer than \(maximum) characters."
        case .unprintable: "The new password contains a character that cannot be printed, such as a tab or a line end."
        case .notASCII: "The new password contains characters outside printable ASCII, which programs send in different ways."
        case .common: "The new password is on a list of common passwords."
        case .looksMistyped: "The new password must not begin with lk_: generated passwords do."
        case .containsOwnName: "The new password contains the username, a name or the mailbox part of the email address."
        case .reused: "The new password was in use before."
        case .classesMissing: "The new password must contain three of these: small letters, capital letters, digits, signs."
        case .repeats: "The new password contains the same character four times in a row."
        }
    }
}
