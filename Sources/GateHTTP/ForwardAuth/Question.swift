import Catalogue
public import Domain
public import Gate
import HTTPSupport
public import HTTPTypes
public import Operations
import Ports

extension ForwardingProxy {
    /// The call that the proxy asks about. Every header exactly once; whatever cannot be read is a refusal, never a pass.
    ///
    /// - Parameter question: as it came, with its target not yet decoded.
    public func call(in question: HTTPRequest, now: Instant, requestID: String?) throws(GateRefusal) -> APICall {
        let fields = question.headerFields
        let authorizations = fields[values: .authorization]
        guard authorizations.count <= 1 else { throw .badRequest }
        let (methodText, target) = try asked(in: question)
        guard let address = try client(in: fields) else { throw .badRequest }
        guard let method = Method(parsing: methodText) else { throw .badMethod }
        // As the reverse proxy: the query counts too.
        guard target.utf8.count <= DoorLimits.targetBytes else { throw .badPath(.tooLong) }
        let path: CanonicalPath
        do { path = try CanonicalPath(parsing: target) } catch { throw .badPath(error) }
        return APICall(
            method: method, path: path, authorization: authorizations.first.map { Array($0.utf8) }, address: address.description, now: now,
            requestID: requestID, door: door, client: ClientText.kept(fields[.userAgent] ?? ""))
    }

    private func asked(in question: HTTPRequest) throws(GateRefusal) -> (method: String, target: String) {
        switch form.asked {
        case .headers(let method, let target):
            return (try Self.single(method, question.headerFields), try Self.single(target, question.headerFields))
        case .requestLine:
            guard let whole = question.path, whole.utf8.starts(with: form.path.utf8) else { throw .badRequest }
            return (question.method.rawValue, String(decoding: whole.utf8.dropFirst(form.path.utf8.count), as: UTF8.self))
        }
    }

    private func client(in fields: HTTPFields) throws(GateRefusal) -> IPAddress? {
        switch form.client {
        case .address(let name): return IPAddress(parsing: try Self.single(name, fields))
        case .lastHop(let name):
            let hops = try Self.single(name, fields).split(separator: ",", omittingEmptySubsequences: false)
            return hops.last.flatMap { IPAddress(parsing: $0.drop { $0 == " " }.prefix { $0 != " " }) }
        }
    }

    private static func single(_ name: HTTPField.Name, _ fields: HTTPFields) throws(GateRefusal) -> String {
        let values = fields[values: name]
        guard values.count == 1, let value = values.first else { throw .badRequest }
        return value
    }
}
