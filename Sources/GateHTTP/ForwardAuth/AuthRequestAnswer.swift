import Gate
import HTTPSupport
import HTTPTypes
import Hummingbird

/// A refusal as nginx's `auth_request` understands it: 401 with the challenge, or 403; everything else it would turn into 500. What the
/// refusal really is stands in header fields, which nginx hands to `/gate/nginx/refusal` when it shows its client the answer.
struct AuthRequestAnswer {
    /// The refusal as `RefusalNote` writes it.
    static let note = HTTPField.Name.make("Latchkey-Refusal")
    /// The word for machines, for nginx's log.
    static let reason = HTTPField.Name.make("Latchkey-Reason")
    /// The status that the client is to see.
    static let status = HTTPField.Name.make("Latchkey-Status")

    let answer: GateAnswer

    init(_ answer: GateAnswer) { self.answer = answer }

    func response(requestID: String) -> Response { Response(whole(requestID: requestID)) }

    /// Always with an empty body.
    func whole(requestID: String) -> WholeAnswer {
        var headers = answer.problem.headers
        headers[Self.note] = RefusalNote.text(answer.refusal)
        headers[Self.reason] = answer.problem.reason
        headers[Self.status] = String(answer.status.code)
        headers[IdentityHeaders.requestID] = requestID
        return WholeAnswer(answer.status == .unauthorized ? .unauthorized : .forbidden, headers: headers)
    }

    /// As `RequestID` writes them. Anything else is not repeated.
    static func isRequestID(_ text: String) -> Bool {
        text.utf8.count == 30 && text.hasPrefix("req_")
            && text.utf8.dropFirst(4).allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
            }
    }
}
