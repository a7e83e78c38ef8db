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
        writeStaticString("\r\nLatchkey-User: ")
        writeString(passport.principal.username)
        writeStaticString("\r\nLatchkey-Account: ")
        writeString(passport.account.description)
        writeStaticString("\r\nLatchkey-Roles: ")
        writeString(passport.roles)
        writeStaticString("\r\nLatchkey-Request-Id: ")
    }
}
