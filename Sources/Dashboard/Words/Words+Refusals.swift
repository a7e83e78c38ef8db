import Domain

/// A heading and the sentence below it.
struct Sentences: Hashable, Sendable {
    let heading: String
    let text: Prose

    init(_ heading: String, _ text: Prose) {
        self.heading = heading
        self.text = text
    }
}

/// Sentences for refusals: what happened, why, what to do.
extension Words {
    /// - Parameters:
    ///   - admins: who can help, in words; see `adminContact`.
    ///   - support: the installation's own contact, for those whom no admin can help; empty when there is none.
    ///   - now: for how long to wait.
    static func sentences(
        for refusal: Refusal, admins: String = adminContact([]), support: String = "", now: Instant, requestID: String
    ) -> Sentences {
        switch refusal {
        case .invalid(let faults):
            Sentences(
                "That request was not complete", "\(faults.map { sentence(for: $0) }.joined(separator: ". ")). Go back and send the form again.")
        case .denied(let denial): sentences(for: denial, admins: admins, support: support)
        case .notSignedIn: Sentences("Your session has ended", "Nothing was saved. Sign in again to go on.")
        case .signIn(let refusal): Sentences("Sign-in was refused", Prose(sentence(for: refusal, admins: admins)))
        case .link(let refusal): sentences(for: refusal)
        case .noSuchUser, .noSuchAccount, .notFound: Sentences("There is nothing at this address", "It may have been removed.")  // 404
        case .conflict:
            Sentences("Somebody changed this user while you were editing", "Nothing was saved. Open the user again and repeat your change.")  // 409
        case .notNow(let reason): Sentences("This does not fit any more", sentence(for: reason))
        case .wait(let until): Sentences("Too many requests", "Try again in \(shortWait(until - now)).")  // 429
        case .busy(let seconds): Sentences("Latchkey is busy", "Nothing was saved. Try again in \(counted(max(seconds, 1), "second", "seconds")).")
        // 500
        case .unavailable: ourFault(requestID, support: support)
        }
    }

    static func sentences(for denial: Denial, admins: String, support: String = "") -> Sentences {
        switch denial {
        case .adminsOnly:
            // 403
            Sentences("You need admin level for this page", Prose(admins.hasSuffix(".") ? admins : "\(admins) can do this."))
        case .operatorsOnly: Sentences("Only operators may open this page", Prose(noAdmins + supportLine(support)))
        case .notYourUser: Sentences("There is nothing at this address", "It may have been removed.")
        case .someAccountsAreForeign(let count):
            Sentences(
                "You do not have all accounts of this user",
                "They also have \(counted(count, "account", "accounts")) that you do not manage, so only an admin of all of them can change this.")
        case .ownLevel: Sentences("You cannot change your own level", "Ask another admin.")
        case .ownDeactivation: Sentences("You cannot deactivate yourself", "Ask another admin.")
        case .lastAdmin(let account):
            Sentences(
                "An account needs an admin",
                "\(lastAdmin(of: account)): open another user of the account, choose Account admin under Access, and save. Then come back.")
        case .lastOperator:
            Sentences(
                "An installation needs an operator", "\(lastOperator): open another user, choose Operator under Access, and save. Then come back.")
        }
    }

    /// E1 to E5
    static func sentence(for refusal: SignInRefusal, admins: String, support: String = "") -> String {
        switch refusal {
        case .notRecognised: "The username or password is not right, or this user cannot sign in here."  // E1
        case .apiOnly: "This user can only call the API. Ask an admin for a dashboard user."  // E2
        case .deactivated: "This user is deactivated. \(admins) can activate it." + supportLine(support)  // E3
        case .notVerified: "Open the link in your verification email first."  // E4
        }
    }

    /// E6
    static func tooManyTries(until: Instant, now: Instant) -> String { "Too many tries. Wait \(wait(until - now)), or reset your password." }

    /// E8 to E11
    static func sentences(for refusal: LinkRefusal) -> Sentences {
        switch refusal {
        case .unknown: Sentences("This link is not complete", "Open it from the email again, or copy the whole address.")
        case .expired(let at): Sentences("This link has ended", "It ended \(at).")  // E10
        case .used: Sentences("This link was already used", "Each link works once.")
        case .replaced: Sentences("There is a newer link", "A newer email replaced this link. Open the newest one.")
        case .closed:
            // E9
            Sentences("This link is closed", "It was closed after 5 wrong numbers. Ask your admin to check your phone number and send a new one.")
        case .wrongPhone(let left): Sentences("That is not the right number", Prose(wrongPhone(left)))
        // E11
        case .alreadyShown: Sentences("Already shown", "This password was already shown. It cannot be shown again; rotate it to get a new one.")
        }
    }

    /// E8
    static func wrongPhone(_ left: Int) -> String { "That is not the phone number we hold for you. \(counted(left, "try", "tries")) left." }

    static func sentence(for reason: Refusal.NotNow) -> Prose {
        switch reason {
        case .alreadyVerified: "This user is already verified."
        case .notVerified: "This user is not verified yet. Send the verification email again instead."
        case .alreadyDeactivated: "This user is already deactivated."
        case .notDeactivated: "This user is not deactivated."
        case .notLocked: "This user is not locked."
        case .alreadySetUp: "Latchkey is already set up. Sign in instead."
        case .noAPIAccess: "This user does not have the API access method."
        case .noDashboardAccess: "This user does not have the dashboard access method."
        case .rotationUnderWay(let until):
            """
            Two passwords are live, and both are in use. Move the remaining programs to the newer one; the older one ends \(until). \
            Or end the older one now, then rotate.
            """
        case .noOldPassword: "The old password has ended already. Only the current one works."
        case .keyInUse, .keyUsedForAnother: "This was done already."
        case .alreadyExtended: "The old password's time was extended already. That can be done once."
        }
    }

    /// 403
    static func adminsOf(_ account: String, _ names: [String]) -> String { "Admins of \(account): \(list(names))." }
    static let noAdmins = "Ask the people who run this installation."

    /// " Support: help@example.com.": shown to whoever cannot go on alone, when an operator has said whom to ask.
    static func supportLine(_ contact: String) -> String {
        contact.isEmpty ? "" : " Support: \(contact)\(contact.hasSuffix(".") ? "" : ".")"
    }

    static func minutes(_ count: Int64) -> String { counted(Int(count), "minute", "minutes") }

    /// Who can help, to begin a sentence with: names when they are known.
    static func adminContact(_ names: [String]) -> String { names.isEmpty ? "Your account admin" : list(names) }
}
