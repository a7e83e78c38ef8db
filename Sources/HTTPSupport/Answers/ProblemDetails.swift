public import HTTPTypes
public import Hummingbird

/// An error answer: `application/problem+json` (RFC 9457), or the XML that clients of such APIs know.
public struct ProblemDetails: Hashable, Sendable {
    public var status: HTTPResponse.Status
    /// The word for machines: lower case and hyphens.
    public var reason: String
    /// The sentence for people; never an error's own text.
    public var detail: String
    /// The number that XML answers carry.
    public var code: AnswerCode
    /// Further members, such as `roles`.
    public var extra: [JSONMember]
    /// Further header fields, such as Retry-After or WWW-Authenticate.
    public var headers: HTTPFields

    public init(
        _ status: HTTPResponse.Status, reason: String, detail: String, code: AnswerCode? = nil, extra: [JSONMember] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.reason = reason
        self.detail = detail
        self.code = code ?? AnswerCode.usual(for: status)
        self.extra = extra
        self.headers = headers
    }

    /// The members in the order of RFC 9457, then ours.
    public func json(requestID: RequestID?) -> JSON {
        var members = [
            JSONMember("type", "about:blank"),
            JSONMember("title", JSON(status.reasonPhrase)),
            JSONMember("status", JSON(status.code)),
            JSONMember("detail", JSON(detail)),
            JSONMember("reason", JSON(reason)),
        ]
        if let requestID { members.append(JSONMember("request_id", JSON(requestID.text))) }
        return .object(members + extra)
    }

    /// `Response` (or the resource's own root) with `ResponseStatus` and `ErrorList`.
    public func xml(root: String = "Response") -> XMLTree {
        let number = String(code.number)
        return XMLTree(
            root,
            [
                XMLTree("ResponseStatus", [XMLTree("ErrorCode", text: number), XMLTree("Description", text: detail)]),
                XMLTree("ErrorList", [XMLTree("Error", [XMLTree("Code", text: number), XMLTree("Description", text: detail)])]),
            ])
    }

    /// The answer in the form that the request asks for.
    public func response(to request: Request, requestID: RequestID?, xmlRoot: String = "Response") -> Response {
        response(as: Negotiation.format(for: request.headers), requestID: requestID, xmlRoot: xmlRoot)
    }

    /// The answer in that form.
    public func response(as format: AnswerFormat, requestID: RequestID?, xmlRoot: String = "Response") -> Response {
        Response(whole(as: format, requestID: requestID, xmlRoot: xmlRoot))
    }

    /// The same with its bytes at hand.
    public func whole(as format: AnswerFormat, requestID: RequestID?, xmlRoot: String = "Response") -> WholeAnswer {
        var answer: WholeAnswer =
            switch format {
            case .json: .json(json(requestID: requestID), status: status, type: "application/problem+json")
            case .xml: .xml(xml(root: xmlRoot), status: status)
            }
        answer.headers.append(contentsOf: headers)
        return answer
    }
}

extension Response {
    /// A JSON answer.
    public static func json(_ value: JSON, status: HTTPResponse.Status = .ok, type: String = "application/json") -> Response {
        Response(WholeAnswer.json(value, status: status, type: type))
    }

    /// An XML answer. Texts that XML cannot hold do not get past the domain's rules; should one, the answer is a bare 500.
    public static func xml(_ tree: XMLTree, status: HTTPResponse.Status = .ok) -> Response { Response(WholeAnswer.xml(tree, status: status)) }
}

extension WholeAnswer {
    static func json(_ value: JSON, status: HTTPResponse.Status, type: String) -> WholeAnswer {
        WholeAnswer(status, headers: [.contentType: type], body: ByteBuffer(string: value.text))
    }

    static func xml(_ tree: XMLTree, status: HTTPResponse.Status) -> WholeAnswer {
        do {
            let text = try tree.document()
            return WholeAnswer(status, headers: [.contentType: "application/xml; charset=utf-8"], body: ByteBuffer(string: text))
        } catch {
            return WholeAnswer(.internalServerError, headers: [:])
        }
    }
}
