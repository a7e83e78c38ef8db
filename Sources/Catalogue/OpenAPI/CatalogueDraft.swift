/// A role that is being made from a tag.
struct DraftRole {
    let id: String
    let name: String
    let area: String
    let description: String
    var rules: [Rule] = []
}

/// Something of the document that no rule speaks of.
struct LeftOutRoute {
    let reason: OpenAPIPath.LeftOut
    let route: String
}

/// Roles made from a document's operations.
struct CatalogueDraft {
    private(set) var roles: [DraftRole] = []
    private(set) var leftOut: [LeftOutRoute] = []
    /// Rules that speak of more than the document does.
    private(set) var wider: [String] = []
    /// How many rules another one of the same role covers.
    private(set) var covered = 0

    private let document: OpenAPIDocument
    private let options: OpenAPIConversion.Options
    private let account: AccountParameter
    private var places: [String: Int] = [:]
    private var ids: Set<String> = []
    private var names: Set<String> = []

    init(_ document: OpenAPIDocument, _ options: OpenAPIConversion.Options, account: AccountParameter) throws(OpenAPIFault) {
        self.document = document
        self.options = options
        self.account = account
        // Roles stand in the order in which the document lists its tags, then in the order in which they are met.
        var subjects: [String: [(method: Method, path: OpenAPIPath)]] = [:]
        var order: [String] = []
        var known = Set<String>()
        for operation in document.operations {
            guard let (method, path) = route(operation) else { continue }
            let tags = operation.tags.isEmpty ? [path.subject] : operation.tags
            for tag in tags.map(Self.trimmed) {
                if known.insert(Self.folded(tag)).inserted { order.append(tag) }
                subjects[Self.folded(tag), default: []].append((method, path))
            }
        }
        leftOut += document.missingPaths.map { path in LeftOutRoute(reason: .missing, route: path) }
        let listed = document.tags.map { tag in Self.folded(Self.trimmed(tag.name)) }
        let chosen = try Self.chosen(order, options.tags)
        let places = Dictionary(listed.enumerated().map { index, name in (name, index) }) { first, _ in first }
        let sorted = chosen.enumerated().sorted { left, right in
            (places[Self.folded(left.element)] ?? .max, left.offset) < (places[Self.folded(right.element)] ?? .max, right.offset)
        }
        for (_, tag) in sorted { add(tag, subjects[Self.folded(tag)] ?? []) }
        guard roles.count <= RoleSet.capacity else { throw .tooManyRoles(roles.count) }
        for role in roles where role.rules.count > CatalogueReader.mostRules { throw .tooManyRules(role: role.name, role.rules.count) }
    }

    private static func chosen(_ tags: [String], _ asked: [String]) throws(OpenAPIFault) -> [String] {
        guard !asked.isEmpty else { return tags }
        let wanted = Set(asked.map { tag in folded(trimmed(tag)) })
        for tag in asked where !tags.contains(where: { known in folded(known) == folded(trimmed(tag)) }) { throw .noSuchTag(tag, known: tags) }
        return tags.filter { tag in wanted.contains(folded(tag)) }
    }

    private mutating func route(_ operation: OpenAPIDocument.Operation) -> (Method, OpenAPIPath)? {
        let whole = options.prefix + operation.base + operation.path
        let words = "\(operation.method) \(whole)"
        guard let method = Method(parsing: operation.method), operation.method != "ANY" else {
            leftOut.append(LeftOutRoute(reason: .method, route: words))
            return nil
        }
        do throws(OpenAPIPath.LeftOut) {
            let path = try OpenAPIPath(whole, account: account)
            guard CatalogueText.canHold("\(method) \(path.text)") else { throw OpenAPIPath.LeftOut.character }
            if path.isWider { wider.append("\(words) became \(path.text)") }
            return (method, path)
        } catch {
            leftOut.append(LeftOutRoute(reason: error, route: words))
            return nil
        }
    }

    private mutating func add(_ tag: String, _ routes: [(method: Method, path: OpenAPIPath)]) {
        let rules = routes.compactMap { route in Self.rule(route.method, route.path.text) }
        guard options.splits else { return append(tag, suffix: nil, rules) }
        let views = rules.filter { rule in MethodPattern.only(.get).covers(rule.methods) }
        append(tag, suffix: "view", views)
        append(tag, suffix: "update", rules.filter { rule in !MethodPattern.only(.get).covers(rule.methods) })
    }

    private static func rule(_ method: Method, _ template: String) -> Rule? {
        do throws(TemplateFault) {
            return Rule(methods: .only(method), template: try PathTemplate(parsing: template), position: TextPosition(line: 1, column: 1))
        } catch { return nil }  // `OpenAPIPath` has parsed it before
    }

    private mutating func append(_ tag: String, suffix: String?, _ rules: [Rule]) {
        let needed = withoutCovered(rules)
        guard !needed.isEmpty else { return }
        let listed = document.tags.first { known in Self.folded(Self.trimmed(known.name)) == Self.folded(tag) }
        let name = unique(RoleWords.name(tag, suffix))
        let description = RoleWords.description(of: listed?.description, tag: tag, suffix)
        let area = RoleWords.line(listed?.group ?? document.title ?? "", atMost: 100) ?? "API"
        roles.append(DraftRole(id: uniqueID(RoleWords.id(tag, suffix)), name: name, area: area, description: description, rules: needed))
    }

    /// Without rules that another one of the list says already: they would be warned of.
    private mutating func withoutCovered(_ rules: [Rule]) -> [Rule] {
        var kept: [Rule] = []
        for rule in rules {
            if kept.contains(where: { other in other.covers(rule) }) { continue }
            kept.removeAll { other in rule.covers(other) }
            kept.append(rule)
        }
        covered += rules.count - kept.count
        return kept
    }

    private mutating func uniqueID(_ id: String) -> String {
        var free = id
        var count = 2
        while !ids.insert(free).inserted {
            free = "\(id)-\(count)"
            count += 1
        }
        return free
    }

    private mutating func unique(_ name: String) -> String {
        var free = name
        var count = 2
        while !names.insert(free.lowercased()).inserted {
            free = "\(name) (\(count))"
            count += 1
        }
        return free
    }

    private static func trimmed(_ tag: String) -> String { RoleWords.line(tag, atMost: 100) ?? "API" }

    private static func folded(_ tag: String) -> String { tag.lowercased() }
}

/// The words of a role that is made from a tag.
enum RoleWords {
    static func name(_ tag: String, _ suffix: String?) -> String { suffix.map { suffix in "\(tag): \(suffix)" } ?? tag }

    /// Lower-case letters, digits and single dashes. What cannot be written so is named by a number that depends on the tag alone, because
    /// ids are stored with what users have been granted and must not change when the document does.
    static func id(_ tag: String, _ suffix: String?) -> String {
        var id = ""
        for scalar in tag.lowercased().unicodeScalars {
            if scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                id.unicodeScalars.append(scalar)
            } else if id.last != "-", !id.isEmpty {
                id += "-"
            }
        }
        id = trimmedID(id.prefix(40))
        if id.isEmpty { id = "tag-\(String(LiteralTable.hash(Array(tag.utf8)), radix: 36).prefix(8))" }
        if id.unicodeScalars.first?.properties.isAlphabetic != true { id = "tag-\(id)" }
        return suffix.map { suffix in "\(id)-\(suffix)" } ?? id
    }

    private static func trimmedID(_ id: Substring) -> String {
        var id = id
        while id.last == "-" { id.removeLast() }
        return String(id)
    }

    static func description(of written: String?, tag: String, _ suffix: String?) -> String {
        let words = written.flatMap { text in line(text, atMost: 260) } ?? "What the API's description tags \"\(tag)\"."
        switch suffix {
        case "view": return "Read only. \(words)"
        case "update": return "Change. \(words)"
        case _: return words
        }
    }

    /// One line of visible characters, cut at a word; nil if nothing is left.
    static func line(_ text: String, atMost limit: Int) -> String? {
        var line = ""
        for scalar in text.unicodeScalars.prefix(limit * 8) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
                if line.last != " ", !line.isEmpty { line += " " }
            case .format, .surrogate, .unassigned, .privateUse: continue
            case _: line.unicodeScalars.append(scalar)
            }
        }
        while line.last == " " { line.removeLast() }
        guard !line.unicodeScalars.allSatisfy(\.properties.isWhitespace) else { return nil }
        guard line.count > limit else { return line }
        let cut = line.prefix(limit - 1)
        let word = cut.lastIndex(of: " ").map { space in cut[..<space] } ?? cut
        return "\(word.isEmpty ? cut : word)…"
    }
}
