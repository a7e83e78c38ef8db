public import HTTPTypes

/// In which form an API answers.
public enum AnswerFormat: Hashable, Sendable { case json, xml }

/// XML when Accept or, failing that, Content-Type asks for it; else JSON. (Clients of such APIs send `Content-Type: application/xml`
/// even with GET.)
public enum Negotiation {
    /// The form in which this request wants its answer.
    public static func format(for headers: HTTPFields) -> AnswerFormat {
        if let accept = headers[.accept] {
            let xml = quality(of: isXML, in: accept)
            let json = quality(of: isJSON, in: accept)
            if xml > json { return .xml }
            if json > 0 { return .json }
        }
        return headers[.contentType].map { isXML(mediaType($0)) } == true ? .xml : .json
    }

    /// Whether the body is announced as XML.
    public static func bodyIsXML(_ headers: HTTPFields) -> Bool { headers[.contentType].map { isXML(mediaType($0)) } == true }

    /// Whether the body is announced as JSON.
    public static func bodyIsJSON(_ headers: HTTPFields) -> Bool { headers[.contentType].map { isJSON(mediaType($0)) } == true }

    /// Whether the body is announced as a form.
    public static func bodyIsForm(_ headers: HTTPFields) -> Bool {
        headers[.contentType].map { mediaType($0) == "application/x-www-form-urlencoded" } == true
    }

    /// Whether a person's browser asks: `text/html` is named in Accept.
    public static func wantsPage(_ headers: HTTPFields) -> Bool {
        headers[.accept].map { quality(of: { $0 == "text/html" }, in: $0) > 0 } == true
    }

    /// Whether somebody asks who reads no page: Accept names types, and none of them is HTML.
    public static func refusesPage(_ headers: HTTPFields) -> Bool {
        headers[.accept].map { quality(of: { ["text/html", "text/*", "*/*"].contains($0) }, in: $0) == 0 } == true
    }

    /// Whether gzip may be answered (RFC 9110, section 12.5.3).
    public static func acceptsGzip(_ headers: HTTPFields) -> Bool {
        guard let accept = headers[.acceptEncoding] else { return false }
        let named = accept.split(separator: ",").map(mediaType)
        return quality(of: { $0 == (named.contains("gzip") ? "gzip" : "*") }, in: accept) > 0
    }

    /// Whether the client has the representation with that entity tag already (RFC 9110, section 13.1.2: weak comparison).
    public static func holds(_ tag: String, _ headers: HTTPFields) -> Bool {
        guard let held = headers[.ifNoneMatch] else { return false }
        return held.split(separator: ",").contains { written in
            let bare = written.filter { $0 != " " && $0 != "\t" }
            return bare == "*" || bare == tag || bare == "W/\(tag)"
        }
    }

    private static func isXML(_ type: String) -> Bool {
        type == "application/xml" || type == "text/xml" || type.hasSuffix("+xml") && type != "application/xhtml+xml"
    }

    private static func isJSON(_ type: String) -> Bool { type == "application/json" || type.hasSuffix("+json") }

    /// Type and subtype in lower case, without parameters.
    private static func mediaType(_ value: some StringProtocol) -> String {
        String(value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
    }

    /// The highest weight in thousandths (RFC 9110, section 12.4.2) among the ranges that match.
    private static func quality(of matches: (String) -> Bool, in accept: String) -> Int {
        accept.split(separator: ",").filter { matches(mediaType($0)) }.map(weight).max() ?? 0
    }

    private static func weight(_ range: Substring) -> Int {
        for parameter in range.split(separator: ";").dropFirst() {
            let parts = parameter.filter { $0 != " " && $0 != "\t" }.lowercased().split(separator: "=", maxSplits: 1)
            guard parts.first == "q" else { continue }
            guard let written = parts.dropFirst().first, let value = Double(written), value >= 0, value <= 1 else { return 0 }
            return Int(value * 1000)
        }
        return 1000
    }
}
