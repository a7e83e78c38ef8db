import Catalogue
import Domain
import Gate
import HTTPSupport
import HTTPTypes
import NIOCore
import Operations
import Ports

/// A plain question that is not simply passed: a first use, or one that is refused.
struct OpenQuestion: Sendable {
    let proxy: ForwardingProxy
    let call: APICall
    let requestID: RequestID
    /// In which form a refusal is told.
    let format: AnswerFormat
    let begun = ContinuousClock.now

    /// The fields by which a client says in which form it wants its answer.
    static func format(_ request: borrowing QuickRequest, in bytes: Span<UInt8>) -> AnswerFormat {
        var fields = HTTPFields()
        for index in 0..<request.fieldCount {
            let name: HTTPField.Name
            if bytes.spells("accept", request.name(index)) {
                name = .accept
            } else if bytes.spells("content-type", request.name(index)) {
                name = .contentType
            } else {
                continue
            }
            fields.append(HTTPField(name: name, value: String(decoding: bytes.bytes(request.value(index)), as: UTF8.self)))
        }
        return Negotiation.format(for: fields)
    }

    /// As `ForwardAuthRoutes` and `FrontDoor` answer it between them.
    func answer(_ decision: Decision, _ desk: QuestionDesk) -> WholeAnswer {
        var answer = proxy.answer(decision, as: format, requestID: requestID.text, desk.catalogue.value)
        SecurityHeaders(isSecure: false, extent: .upstream).apply(to: &answer.headers)
        answer.headers[.date] = desk.clock.now().httpDate
        return answer
    }
}

/// Where questions are answered: what every connection of a proxy needs.
struct QuestionDesk: Sendable {
    let judge: Judge
    let catalogue: CurrentCatalogue
    let clock: any WallClock
    let errands: LaneErrands
    let log: RequestLog
}
