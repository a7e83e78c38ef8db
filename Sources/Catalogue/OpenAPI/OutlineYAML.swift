import Yams

/// The outline of a YAML document.
enum OutlineYAML {
    static func document(_ text: String, _ interest: Interest) throws(OpenAPIFault) -> Outline {
        if let alias = alias(in: text) { throw .alias(alias) }
        let root: Node
        do {
            guard let node = try Yams.compose(yaml: text) else { throw OpenAPIFault.notOpenAPI }
            root = node
        } catch let fault as OpenAPIFault {
            throw fault
        } catch let error as YamlError {
            throw fault(error)
        } catch {
            throw .notOpenAPI
        }
        return try outline(root, interest, depth: 0)
    }

    private static func outline(_ node: Node, _ interest: Interest, depth: Int) throws(OpenAPIFault) -> Outline {
        if interest.isNothing { return .other }
        guard depth < Outline.deepest else { throw .tooDeep }
        switch node {
        case .scalar(let scalar): return .text(scalar.string)
        case .sequence(let sequence):
            var elements: [Outline] = []
            for element in sequence { elements.append(try outline(element, interest, depth: depth + 1)) }
            return .list(elements)
        case .mapping(let mapping):
            var members: [(key: String, value: Outline)] = []
            for (key, value) in mapping {
                guard let key = key.scalar?.string else { continue }
                let wanted = interest.of(key)
                if !wanted.isNothing { members.append((key, try outline(value, wanted, depth: depth + 1))) }
            }
            return .mapping(members)
        case .alias: return .other
        }
    }

    private static func fault(_ error: YamlError) -> OpenAPIFault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            .syntax(problem, TextPosition(mark))
        case .duplicatedKeysInMapping(let keys, let context):
            .syntax("the key \"\(keys.first?.prefix(64) ?? "?")\" stands twice", TextPosition(context.mark))
        case .memory: .tooDeep
        case _: .notOpenAPI
        }
    }

    /// The name of an anchor that something refers to, if there is one.
    ///
    /// The parser follows aliases while it builds the tree and hashes keys that they may have multiplied without bound. Texts of a document
    /// are full of ampersands and stars, so a name counts only if it stands after both: `&name` and `*name`. What a text happens to
    /// hold may look like that, and is then refused too; nothing that is an alias is overlooked.
    private static func alias(in text: String) -> String? {
        var anchors: Set<[UInt8]> = []
        var aliases: Set<[UInt8]> = []
        var bytes = Array(text.utf8)[...]
        while let mark = bytes.popFirst() {
            guard mark == UInt8(ascii: "&") || mark == UInt8(ascii: "*") else { continue }
            let name = Array(bytes.prefix { byte in isNameByte(byte) })
            if name.isEmpty { continue }
            bytes = bytes.dropFirst(name.count)
            if mark == UInt8(ascii: "&") { anchors.insert(name) } else { aliases.insert(name) }
        }
        return anchors.intersection(aliases).map { name in String(decoding: name.prefix(64), as: UTF8.self) }.min()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        case _: false
        }
    }
}
