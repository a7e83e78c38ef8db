public import Gate

/// Reasons of refusals for admins: on the page, on the command line, over JSON. One place for all three.
extension GateReason {
    /// What happened, as a line of its own.
    public var sentence: String {
        switch self {
        case .insecureTransport: "Password sent over plain HTTP"
        case .badMethod: "Method that cannot be judged"
        case .badPath: "Path that servers read differently"
        case .badRequest: "Request that cannot be judged"
        case .credentialsMissing: "No username and password"
        case .credentialsMalformed: "Unreadable Authorization header"
        case .unknownUser: "No such user"
        case .wrongPassword: "Wrong password"
        case .mistypedPassword: "Mistyped password"
        case .notVerified: "User is not verified yet"
        case .deactivated: "User is deactivated"
        case .noAPIAccess: "User has no API access"
        case .accountNotGranted: "User is not in the account"
        case .roleMissing: "No role allows it"
        case .noSuchRoute: "No rule speaks of this path"
        case .wait: "Too many wrong passwords"
        case .busy: "Too many passwords to check"
        case .unavailable: "Store did not answer"
        }
    }

    /// What to do about it.
    public var advice: String {
        switch self {
        case .insecureTransport: "Change the password: it could be read on the way. Have the program call the https address."
        case .badMethod: "Have the program send a method in capital letters, as the API's documentation names it."
        case .badPath: "Have the program send the path in its plain form: no encoded slashes, dot segments or double slashes."
        case .badRequest: "Have the program send exactly one Authorization header. If it does, look at the proxy in front."
        case .credentialsMissing: "Have the program send username and password by HTTP Basic with every call."
        case .credentialsMalformed: "Have the program send the Authorization header as HTTP Basic writes it: base64 of username:password."
        case .unknownUser: "Check the username for spelling, capital letters included."
        case .mistypedPassword: "Copy the password into the program again: a character is missing or another. A wrong one would look like any other."
        case .wrongPassword: "Check the password in the program, or make a new one for the user."
        case .notVerified: "Have the user open the link in the verification email, or send it again."
        case .deactivated: "Activate the user if the program is to go on; otherwise stop the program."
        case .noAPIAccess: "Tick API among the user's access methods, or make a user for the program."
        case .accountNotGranted: "Check the account id in the path. If it is right, add the user to the account."
        case .roleMissing: "Add one of the roles to the user in this account, if the user is to do this."
        case .noSuchRoute: "Check the path and the method. If both are right, the operator has to add a rule to the role catalogue."
        case .wait: "Find the program at this address that sends a wrong password. Calls are let in again after the wait."
        case .busy: "Have the program send the call again a little later. If it happens often, give the server more hashing threads."
        case .unavailable: "Have the program send the call again. If it happens again, look into the server's log."
        }
    }
}
