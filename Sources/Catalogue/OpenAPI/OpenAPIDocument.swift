/// What a catalogue needs to know of an OpenAPI 3.0, 3.1 or 3.2 document, or of a Swagger 2.0 one.
struct OpenAPIDocument {
    /// One method of one path.
    struct Operation {
        /// In capitals.
        let method: String
        /// The path of the server, or empty; never with a slash at the end.
        let base: String
        /// As written.
        let path: String
        let tags: [String]
    }

    struct Tag {
        let name: String
        let description: String?
        /// The group that the document's writer puts it into (`x-tagGroups`).
        let group: String?
    }

    /// "OpenAPI 3.0.3".
    let format: String
    let title: String?
    let tags: [Tag]
    let operations: [Operation]
    /// Paths whose item could not be found, because it is written in another file or nowhere.
    let missingPaths: [String]
    /// How many operations are written in other files, so that their tags are not known.
    let operationsElsewhere: Int
    /// Further base paths of the document's servers, which nothing was made of.
    let otherBases: [String]

    /// - Parameters:
    ///   - base: in the place of every server's path.
    ///   - account: whether a name is that of the account parameter. A server's variable of that name stays a parameter.
    init(_ bytes: [UInt8], base: String?, account: @escaping (String) -> Bool) throws(OpenAPIFault) {
        let root = try Outline.read(bytes, Self.interest)
        guard let format = Self.format(root), root["paths"].isMapping else { throw .notOpenAPI }
        self.format = format
        title = root["info"]["title"].text
        tags = Self.tags(root)
        var reader = PathReader(root: root, givenBase: base, account: account)
        for (path, item) in root["paths"].members where path.first == "/" { reader.read(path, item) }
        operations = reader.operations
        missingPaths = reader.missing
        operationsElsewhere = reader.elsewhere
        otherBases = base == nil ? reader.bases.dropFirst().map { base in base.isEmpty ? "/" : base } : []
    }

    private static let interest: Interest = {
        let operation = Interest.keys(["tags": .everything, "servers": .everything, "$ref": .everything], others: .nothing)
        let item = Interest.keys(
            [
                "$ref": .everything, "servers": .everything, "additionalOperations": .keys([:], others: operation), "parameters": .nothing,
                "summary": .nothing, "description": .nothing,
            ], others: operation)
        let items = Interest.keys([:], others: item)
        return .keys(
            [
                "openapi": .everything, "swagger": .everything, "info": .keys(["title": .everything], others: .nothing),
                "servers": .everything, "basePath": .everything,
                "tags": .keys(["name": .everything, "description": .everything], others: .nothing), "x-tagGroups": .everything, "paths": items,
                "components": .keys(["pathItems": items], others: .nothing),
            ], others: .nothing)
    }()

    private static func format(_ root: Outline) -> String? {
        if let version = root["openapi"].text, version.hasPrefix("3.") { return "OpenAPI \(version.prefix(16))" }
        if let version = root["swagger"].text, version == "2.0" || version == "2" { return "Swagger 2.0" }
        return nil
    }

    private static func tags(_ root: Outline) -> [Tag] {
        var groups: [String: String] = [:]
        for group in root["x-tagGroups"].list {
            for tag in group["tags"].list.compactMap(\.text) where groups[tag] == nil { groups[tag] = group["name"].text }
        }
        return root["tags"].list.compactMap { tag in
            tag["name"].text.map { name in Tag(name: name, description: tag["description"].text, group: groups[name]) }
        }
    }
}

/// Goes through path items and collects their operations.
private struct PathReader {
    let root: Outline
    let givenBase: String?
    let account: (String) -> Bool
    var operations: [OpenAPIDocument.Operation] = []
    var missing: [String] = []
    var elsewhere = 0
    /// Base paths in the order in which they were met; the first one of each list of servers is used.
    var bases: [String] = []

    private static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]

    init(root: Outline, givenBase: String?, account: @escaping (String) -> Bool) {
        self.root = root
        self.givenBase = givenBase
        self.account = account
    }

    mutating func read(_ path: String, _ item: Outline) {
        guard let members = resolved(item) else {
            missing.append(path)
            return
        }
        let servers = members.first { member in member.key == "servers" }?.value ?? .other
        for (key, value) in members {
            if Self.methods.contains(key) {
                add(key.uppercased(), path, value, servers)
            } else if key == "additionalOperations" {
                for (method, operation) in value.members { add(method, path, operation, servers) }
            }
        }
    }

    private mutating func add(_ method: String, _ path: String, _ operation: Outline, _ itemServers: Outline) {
        guard operation.isMapping else { return }
        if operation["$ref"].text != nil { elsewhere += 1 }
        let base = base(operation["servers"], itemServers)
        operations.append(
            OpenAPIDocument.Operation(method: method, base: base, path: path, tags: operation["tags"].list.compactMap(\.text)))
    }

    /// The members of a path item, and behind them those of what it refers to within the document.
    private func resolved(_ item: Outline) -> [(key: String, value: Outline)]? {
        var members: [(key: String, value: Outline)] = []
        var current = item
        // Items may refer to items; a ring of them ends here.
        for _ in 0..<8 {
            members += current.members.filter { new in !members.contains { known in known.key == new.key } || new.key == "$ref" }
            guard let reference = current["$ref"].text else { return members }
            guard let target = target(of: reference), target.isMapping else { return nil }
            current = target
        }
        return nil
    }

    /// What a reference such as `#/paths/~1orders` points at (RFC 6901, as a URI fragment); nil for other documents.
    private func target(of reference: String) -> Outline? {
        guard reference.hasPrefix("#/") else { return nil }
        var place = root
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = percentDecoded(part) else { return nil }
            let key = decoded.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
            place = place[key.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")]
        }
        return place
    }

    private func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimalValue), let low = rest.popFirst().flatMap(hexadecimalValue) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The first server's path: the operation's servers, else the path's, else the document's.
    private mutating func base(_ operation: Outline, _ item: Outline) -> String {
        if let givenBase { return givenBase }
        let servers = [operation.list, item.list, root["servers"].list].first { list in !list.isEmpty } ?? []
        let found = servers.isEmpty ? [trimmed(root["basePath"].text ?? "")] : servers.map { server in path(of: server) }
        for base in found where !bases.contains(base) { bases.append(base) }
        return found.first ?? ""
    }

    private func path(of server: Outline) -> String {
        var url = server["url"].text ?? ""
        for (name, variable) in server["variables"].members where !account(name) {
            guard let value = variable["default"].text else { continue }
            url = url.split(separator: "{\(name)}", omittingEmptySubsequences: false).joined(separator: value)
        }
        return trimmed(withoutAuthority(url))
    }

    private func withoutAuthority(_ url: String) -> String {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
        } else if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
        } else {
            return rest.first == "/" ? url : "/\(url)"
        }
        return String(rest.drop { character in character != "/" })
    }

    /// Without query, without slashes at the end.
    private func trimmed(_ path: String) -> String {
        var path = path.prefix { character in character != "?" && character != "#" }
        while path.last == "/" { path.removeLast() }
        if path == "/." { return "" }
        return path.isEmpty || path.first == "/" ? String(path) : "/\(path)"
    }
}
