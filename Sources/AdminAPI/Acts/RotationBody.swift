import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Secrets

/// The body of a rotation: `{"graceSeconds": 86400, "password": "…"}`. Both may be left out, and so may the body.
struct RotationBody {
    /// 16 KiB.
    static let longest = 16_384

    let grace: Duration
    /// As the JSON reader left it; made a secret when it is used.
    private let typed: String?
    private let bytes: [UInt8]

    static func read(_ request: Request) async throws -> RotationBody {
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: longest) } catch is NIOTooManyBytesError { throw AdminProblem.tooLarge(longest) }
        let bytes = Array(buffer.readableBytesView)
        guard bytes.isEmpty || Negotiation.bodyIsJSON(request.headers) else { throw AdminProblem.mediaType }
        return try RotationBody(bytes)
    }

    init(_ bytes: [UInt8]) throws(AdminProblem) {
        self.bytes = bytes
        guard !bytes.isEmpty else {
            grace = LivePasswords.longestGrace
            typed = nil
            return
        }
        let value: JSON
        do { value = try JSON(parsing: bytes) } catch { throw .badRequest(error.sentence) }
        guard let members = value.members, members.allSatisfy({ ["graceSeconds", "password"].contains($0.name) }) else {
            throw .badRequest("The body must be an object with no members but \"graceSeconds\" and \"password\".")
        }
        grace = try Self.grace(value["graceSeconds"])
        switch value["password"] {
        case nil, .null: typed = nil
        case .string(let text): typed = text
        case .bool, .integer, .number, .array, .object: throw .badRequest("The member \"password\" must be a string.")
        }
    }

    private static func grace(_ value: JSON?) throws(AdminProblem) -> Duration {
        switch value {
        case nil, .null: return LivePasswords.longestGrace
        case .integer(let seconds):
            // Beyond a day it is refused by the rule; beyond this no clock counts.
            guard (-1_000_000_000...1_000_000_000).contains(seconds) else { throw .badRequest("The member \"graceSeconds\" is too large.") }
            return .seconds(seconds)
        case .bool, .number, .string, .array, .object: throw .badRequest("The member \"graceSeconds\" must be a whole number.")
        }
    }

    func password() -> NewPassword {
        guard let typed else { return .generated }
        return .typed(Secret(typed))
    }

    /// What the request says of itself: a key may stand for one request only.
    func idempotencyKey(_ request: Request) throws(AdminProblem) -> IdempotencyKey? {
        let fields = request.headers[values: .make("Idempotency-Key")]
        guard let field = fields.first else { return nil }
        let said = Array("\(request.method.rawValue) \(request.uri.path)\n".utf8) + bytes
        guard fields.count == 1, let key = IdempotencyKey(field, request: said) else {
            throw .badRequest("An Idempotency-Key is 1 to 255 printable ASCII characters without spaces, and comes once.")
        }
        return key
    }
}

/// Entity tags of resources that change (RFC 9110 section 8.8.3).
enum IfMatch {
    static func tag(_ state: String) -> String { "\"\(state)\"" }

    /// The state that the request expects; `nil`: any. Several tags, and weak ones, match nothing of ours.
    static func state(_ headers: HTTPFields) throws(AdminProblem) -> String? {
        let fields = headers[values: .ifMatch]
        guard let field = fields.first else { return nil }
        if field == "*" { return nil }
        guard fields.count == 1, field.utf8.count >= 2, field.hasPrefix("\""), field.hasSuffix("\"") else {
            throw .badRequest("If-Match must be one entity tag as an answer gave it, or *.")
        }
        return String(field.dropFirst().dropLast())
    }
}
