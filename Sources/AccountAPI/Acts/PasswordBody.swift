import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Secrets

/// The body of a password change: `<Password>…</Password>` or `{"password": "…"}`.
enum PasswordBody {
    /// 16 KiB.
    static let longest = 16_384

    static func read(_ request: Request) async throws -> Secret {
        let isXML = Negotiation.bodyIsXML(request.headers)
        guard isXML || Negotiation.bodyIsJSON(request.headers) else { throw AccountProblem.mediaType }
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: longest) } catch is NIOTooManyBytesError { throw AccountProblem.tooLarge }
        let bytes = Array(buffer.readableBytesView)
        return isXML ? try xml(bytes) : try json(bytes)
    }

    /// Spaces are part of a password: nothing is trimmed.
    static func xml(_ bytes: [UInt8]) throws(AccountProblem) -> Secret {
        let root: XMLTree
        do { root = try XMLDocumentReader.root(of: bytes) } catch { throw .badRequest(error.sentence) }
        guard root.name == "Password", root.children.isEmpty else {
            throw .badRequest("The body must be one Password element with the new password in it.")
        }
        return Secret(root.text)
    }

    static func json(_ bytes: [UInt8]) throws(AccountProblem) -> Secret {
        let value: JSON
        do { value = try JSON(parsing: bytes) } catch { throw .badRequest(error.sentence) }
        guard value.members?.count == 1, let password = value["password"]?.string else {
            throw .badRequest("The body must be an object with one member, the string \"password\".")
        }
        return Secret(password)
    }
}
