import Domain
public import Gate
import HTTPSupport
public import HTTPTypes
import NIOCore

/// What an upstream is told about a request that passed.
public enum IdentityHeaders {
    /// The username.
    public static let user = HTTPField.Name.make("Latchkey-User")
    /// The account id of the path.
    public static let account = HTTPField.Name.make("Latchkey-Account")
    /// Role ids with commas between; empty without roles.
    public static let roles = HTTPField.Name.make("Latchkey-Roles")
    /// The name of the request in Latchkey's log.
    public static let requestID = HTTPField.Name.make("Latchkey-Request-Id")

    /// All four, always: a proxy that copies a field which is not there may let the client's own through.
    public static func fields(_ passport: Passport, requestID id: String) -> HTTPFields {
        [user: passport.principal.username, account: passport.account.description, roles: passport.roles, requestID: id]
    }
}

extension ByteBuffer {
    /// The same as bytes, for the lanes: begins with the end of the line before, and ends where the request's id is to follow.
    mutating func writeIdentity(_ passport: Passport) {
        write(atMost: AnswerPen.room(for: passport)) { pen in pen.writeIdentity(passport) }
    }
}

extension AnswerPen {
    /// What `writeIdentity` writes, in bytes at most.
    static func room(for passport: Passport) -> Int { 128 + passport.principal.username.utf8.count + passport.roles.utf8.count }

    mutating func writeIdentity(_ passport: Passport) {
        write("\r\nLatchkey-User: ")
        write(passport.principal.username)
        write("\r\nLatchkey-Account: ")
        write(passport.account.rawValue)
        write("\r\nLatchkey-Roles: ")
        write(passport.roles)
        write("\r\nLatchkey-Request-Id: ")
    }
}
