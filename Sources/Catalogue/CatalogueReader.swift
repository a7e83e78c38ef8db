import Yams

/// Reads a catalogue file and collects what is wrong with it instead of stopping at the first fault.
struct CatalogueReader {
    /// The largest file, in bytes.
    static let largest = 1 << 20
    /// The longest name, area or description, in characters.
    static let longestText = 300
    /// The most rules in one list.
    static let mostRules = 2000

    private let yaml: String
    private let lines: [Substring.UnicodeScalarView]
    private var faults: [CatalogueFault] = []
    private var ids: [RoleID: TextPosition] = [:]
    private var names: [String: TextPosition] = [:]

    init(_ yaml: String) {
        self.yaml = yaml
        let fits = yaml.utf8.count <= CatalogueReader.largest
        lines = fits ? yaml.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Substring.UnicodeScalarView.init) : []
    }

    mutating func catalogue() throws(CatalogueFaults) -> RoleCatalogue {
        let root = try YAMLDocument.root(of: yaml, lines: lines)
        let fields = fields(of: root, what: "A catalogue", required: ["roles"], optional: ["realm", "routes"])
        let realm = fields["realm"].flatMap { node in self.realm(node) } ?? "Latchkey"
        let routes = fields["routes"].map { node in rules(node, key: "routes") } ?? []
        let roles = fields["roles"].map { node in self.roles(node) } ?? []
        guard faults.isEmpty else { throw CatalogueFaults(faults) }
        return RoleCatalogue(realm: realm, routes: routes, roles: roles)
    }

    private mutating func fault(_ kind: CatalogueFault.Kind, at position: TextPosition) {
        faults.append(CatalogueFault(kind, at: position))
    }

    private mutating func realm(_ node: Node) -> String? {
        guard let text = node.scalar?.string else {
            fault(.notText("realm"), at: node.position)
            return nil
        }
        let isPlain = text.utf8.allSatisfy { byte in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        guard isPlain, (1...128).contains(text.utf8.count) else {
            fault(.badRealm, at: node.position)
            return nil
        }
        return text
    }

    /// The values of a mapping by key; unknown and missing keys are faults.
    private mutating func fields(of node: Node, what: String, required: [String], optional: [String]) -> [String: Node] {
        guard let mapping = node.mapping else {
            fault(.notMapping(what), at: node.position)
            return [:]
        }
        var fields: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? "?"
            guard required.contains(name) || optional.contains(name) else {
                fault(.unknownKey(String(name.prefix(64))), at: key.position)
                continue
            }
            fields[name] = value
        }
        for key in required where fields[key] == nil { fault(.missingKey(key), at: node.position) }
        return fields
    }
}

// MARK: - Roles

extension CatalogueReader {
    private mutating func roles(_ node: Node) -> [Role] {
        guard let list = node.sequence else {
            fault(.notList("roles"), at: node.position)
            return []
        }
        if list.count > RoleSet.capacity { fault(.tooManyRoles, at: node.position) }
        var roles: [Role] = []
        for entry in list.prefix(RoleSet.capacity) {
            if let role = role(entry) { roles.append(role) }
        }
        return roles
    }

    private mutating func role(_ node: Node) -> Role? {
        let keys = ["id", "name", "area", "description", "allow"]
        let fields = fields(of: node, what: "A role", required: keys, optional: ["byContract", "except"])
        // Each is read before any is needed, so that every fault is found.
        let id = fields["id"].flatMap { value in roleID(value) }
        let name = fields["name"].flatMap { value in roleName(value) }
        let area = fields["area"].flatMap { value in line(value, key: "area") }
        let description = fields["description"].flatMap { value in line(value, key: "description") }
        let byContract = fields["byContract"].map { value in flag(value, key: "byContract") } ?? false
        let allow = fields["allow"].map { value in rules(value, key: "allow") } ?? []
        let except = fields["except"].map { value in rules(value, key: "except") } ?? []
        if let list = fields["allow"]?.sequence, list.isEmpty { fault(.noRules, at: node.position) }
        guard let id, let name, let area, let description else { return nil }
        return Role(
            id: id, name: name, area: area, description: description, byContract: byContract, allow: allow, except: except,
            position: node.position)
    }

    private mutating func roleID(_ node: Node) -> RoleID? {
        guard let text = line(node, key: "id") else { return nil }
        guard let id = RoleID(parsing: text) else {
            fault(.badID(text), at: node.position)
            return nil
        }
        if let first = ids[id] { fault(.repeatedID(id, first), at: node.position) }
        ids[id] = ids[id] ?? node.position
        return id
    }

    private mutating func roleName(_ node: Node) -> String? {
        guard let name = line(node, key: "name") else { return nil }
        if let first = names[name.lowercased()] { fault(.repeatedName(name, first), at: node.position) }
        names[name.lowercased()] = names[name.lowercased()] ?? node.position
        return name
    }

    private mutating func line(_ node: Node, key: String) -> String? {
        guard let text = node.scalar?.string else {
            fault(.notText(key), at: node.position)
            return nil
        }
        let isLine = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .unassigned: false
            default: true
            }
        }
        let isBlank = text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        guard isLine, !isBlank, text.count <= CatalogueReader.longestText else {
            fault(.badText(key), at: node.position)
            return nil
        }
        return text
    }

    private mutating func flag(_ node: Node, key: String) -> Bool {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            fault(.notBoolean(key), at: node.position)
            return false
        }
    }
}

// MARK: - Rules

extension CatalogueReader {
    private mutating func rules(_ node: Node, key: String) -> [Rule] {
        guard let list = node.sequence else {
            fault(.notList(key), at: node.position)
            return []
        }
        if list.count > CatalogueReader.mostRules { fault(.tooManyRules, at: node.position) }
        var rules: [Rule] = []
        var written: [String: TextPosition] = [:]
        for entry in list.prefix(CatalogueReader.mostRules) {
            guard let rule = rule(entry) else { continue }
            if let first = written[rule.description] {
                fault(.repeatedRule(first), at: rule.position)
            } else {
                written[rule.description] = rule.position
                rules.append(rule)
            }
        }
        return rules
    }

    private mutating func rule(_ node: Node) -> Rule? {
        guard let scalar = node.scalar else {
            fault(.ruleForm, at: node.position)
            return nil
        }
        let parts = scalar.string.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let word = parts.first, let path = parts.last else {
            fault(.ruleForm, at: node.position)
            return nil
        }
        let methods = MethodPattern(parsing: String(word))
        if methods == nil { fault(.badMethod(String(word.prefix(64))), at: node.position) }
        do throws(TemplateFault) {
            let template = try PathTemplate(parsing: String(path))
            return methods.map { methods in Rule(methods: methods, template: template, position: node.position) }
        } catch {
            fault(.template(error.kind), at: position(of: scalar, offset: word.unicodeScalars.count + 1 + error.offset))
            return nil
        }
    }

    /// The place of a character of a scalar: exact where the file shows the scalar as it is, the scalar's start otherwise
    /// (quotes, escapes, folded lines).
    private func position(of scalar: Node.Scalar, offset: Int) -> TextPosition {
        let start = TextPosition(scalar.mark)
        guard lines.indices.contains(start.line - 1) else { return start }
        let rest = lines[start.line - 1].dropFirst(start.column - 1)
        guard rest.starts(with: scalar.string.unicodeScalars) else { return start }
        return TextPosition(line: start.line, column: start.column + offset)
    }
}

extension TextPosition {
    /// The start of the file where the parser does not know.
    init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}

extension Node {
    var position: TextPosition { TextPosition(mark) }
}
