/// A path of an OpenAPI document on its way to a path template.
struct OpenAPIPath {
    /// Why there is no rule for it.
    enum LeftOut: Int, CaseIterable, Error {
        case noAccount, accountInside, trailingSlash, form, character, star, method, missing

        var sentence: String {
            switch self {
            case .noAccount: "no account id in the path: a rule is always about one account"
            case .accountInside: "the account id is only a part of its segment"
            case .trailingSlash: "a slash at the end: the gate refuses such requests, whoever asks"
            case .form: "empty segments, dots, or more than 64 segments or 1024 bytes: the gate refuses such requests"
            case .character: "a character that a path template cannot contain"
            case .star: "a star, which would mean more in a rule than it does in the document"
            case .method: "a method that the gate lets nobody use"
            case .missing: "written in another file: bundle the document into one first"
            }
        }
    }

    let text: String
    /// Whether the template speaks of more paths than the document does.
    let isWider: Bool
    /// The first plain segment behind the account id, or else the last one before it, for what has no tag.
    let subject: String

    init(_ path: String, account: AccountParameter) throws(LeftOut) {
        let plain = path.prefix { character in character != "?" && character != "#" }
        var reader = SegmentReader(account: account)
        reader.isWider = plain.count != path.count
        guard plain.count > 1, plain.last != "/" else { throw plain == "/" ? .noAccount : .trailingSlash }
        let parts = plain.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() { try reader.take(part, isLast: index == parts.count - 1) }
        guard reader.hasAccount else { throw .noAccount }
        text = "/" + reader.segments.joined(separator: "/")
        isWider = reader.isWider
        subject = reader.subject ?? "API"
        do throws(TemplateFault) { _ = try PathTemplate(parsing: text) } catch { throw .form }
    }

    /// The names of the parameters in a path.
    static func parameters(in path: String) -> [String] {
        path.split(separator: "{").dropFirst(path.first == "{" ? 0 : 1).compactMap { part in
            part.firstIndex(of: "}").map { end in String(part[..<end]) }
        }
    }
}

private struct SegmentReader {
    let account: AccountParameter
    var segments: [String] = []
    var isWider = false
    var subject: String?
    var hasAccount = false
    private var names: Set<String> = ["accountId"]
    private var isSubjectBehindAccount = false

    init(account: AccountParameter) { self.account = account }

    mutating func take(_ part: Substring, isLast: Bool) throws(OpenAPIPath.LeftOut) {
        guard !part.isEmpty, part != ".", part != ".." else { throw .form }
        guard let open = part.firstIndex(of: "{"), let close = part.lastIndex(of: "}"), open < close else { return try literal(part) }
        let inner = part[part.index(after: open)..<close]
        if part.first == "{", part.last == "}", !inner.contains("{"), !inner.contains("}") {
            parameter(inner, isLast: isLast)
        } else {
            try mixed(part[..<open], inner, part[part.index(after: close)...])
        }
    }

    private mutating func literal(_ part: Substring) throws(OpenAPIPath.LeftOut) {
        if part.contains("*") { throw .star }
        guard part.utf8.allSatisfy(CanonicalPath.standsBare) else { throw .character }
        segments.append(String(part))
        if !isSubjectBehindAccount { subject = String(part.prefix { character in character != "." && character != ":" }) }
        if hasAccount { isSubjectBehindAccount = true }
    }

    /// A parameter that fills its segment. `{+path}`, `{path*}` and `{name=**}` may hold slashes.
    private mutating func parameter(_ inner: Substring, isLast: Bool) {
        if !hasAccount, account.isSame(as: String(inner)) {
            hasAccount = true
            segments.append("{accountId}")
        } else if inner.first == "+" || inner.contains("*"), isLast {
            segments.append("**")
        } else {
            isWider = isWider || inner.contains("=")
            segments.append("{\(name(inner))}")
        }
    }

    /// A segment of texts and parameters becomes one star between what stands before the first and after the last of them.
    private mutating func mixed(_ before: Substring, _ inner: Substring, _ after: Substring) throws(OpenAPIPath.LeftOut) {
        let parameters = OpenAPIPath.parameters(in: "{\(inner)}")
        if !hasAccount, parameters.contains(where: account.isSame) { throw .accountInside }
        guard !before.contains("*"), !after.contains("*") else { throw .star }
        guard before.utf8.allSatisfy(CanonicalPath.standsBare), after.utf8.allSatisfy(CanonicalPath.standsBare) else { throw .character }
        // One parameter between texts means what the star means.
        isWider = isWider || parameters.count != 1
        segments.append("\(before)*\(after)")
    }

    /// Letters, digits, dashes and underscores, a letter first, and no name twice.
    private mutating func name(_ written: Substring) -> String {
        var name = String(
            written.unicodeScalars.filter { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) || scalar == "_" || scalar == "-"
            }.map(Character.init))
        if name.unicodeScalars.first?.properties.isAlphabetic != true { name = "p\(name)" }
        name = String(name.prefix(64))
        var free = name
        var count = 2
        while !names.insert(free).inserted {
            free = "\(name)\(count)"
            count += 1
        }
        return free
    }
}
