import Configuration
import Yams

/// The configuration file, flattened: paths, values and the lines they stand in.
struct ConfigurationFile {
    private(set) var values: [ConfigurationKey: ConfigValue] = [:]
    private(set) var lines: [ConfigurationKey: Int] = [:]
    private(set) var faults: [ConfigurationFault] = []
    private(set) var upstreams: [WrittenUpstream] = []
    let path: String

    static let largest = 256 * 1024

    init(path: String) {
        self.path = path
        let text: String
        do {
            text = try FileText.read(path, atMost: Self.largest)
        } catch {
            faults.append(
                ConfigurationFault(key: "--config", source: "flags", why: "\(path) cannot be read: \(error.reason).", remedy: "Name a readable file.")
            )
            return
        }
        read(text)
    }

    private mutating func read(_ text: String) {
        do {
            guard let root = try Yams.compose(yaml: text) else { return }
            guard case .mapping(let mapping) = root else {
                fault("", line: 1, "The file is not a list of keys and values.", "Write `key: value` lines.")
                return
            }
            walk(mapping, under: [])
        } catch {
            fault("", line: Self.line(of: error), "The file is not YAML.", "Check indentation, quotes and repeated keys near that line.")
        }
    }

    private static func line(of error: any Error) -> Int {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        case _: 1
        }
    }

    private mutating func walk(_ mapping: Node.Mapping, under path: [String]) {
        guard path.count < 4 else {
            return fault(path.joined(separator: "."), line: mapping.mark?.line ?? 1, "It is nested too deeply.", "Remove it.")
        }
        for (keyNode, value) in mapping {
            let line = keyNode.mark?.line ?? 1
            guard let name = keyNode.string else {
                fault(path.joined(separator: "."), line: line, "A key is not a text.", "Write `key: value`.")
                continue
            }
            let full = path + [name]
            let written = full.joined(separator: ".")
            if written == "upstreams" {
                take(upstreams: value, line: line)
            } else if let key = ConfigurationKey(rawValue: written) {
                take(key, value, line: line)
            } else if case .mapping(let inner) = value, ConfigurationKey.allCases.contains(where: { $0.components.starts(with: full) }) {
                walk(inner, under: full)
            } else {
                fault(written, line: line, "There is no such key.", UnknownKey.remedy(written))
            }
        }
    }

    private mutating func take(_ key: ConfigurationKey, _ node: Node, line: Int) {
        lines[key] = line
        switch node {
        case .scalar(let scalar):
            values[key] = ConfigValue(key.isList ? .stringArray([scalar.string]) : .string(scalar.string), isSecret: key.isSecret)
        case .sequence(let sequence) where key.isList:
            values[key] = ConfigValue(.stringArray(sequence.compactMap(\.string)), isSecret: false)
        case .sequence, .mapping, .alias:
            fault(key.rawValue, line: line, "It must have one value.", "Write `\(key.rawValue): value`.")
        }
    }

    private mutating func take(upstreams node: Node, line: Int) {
        guard case .sequence(let entries) = node else {
            return fault("upstreams", line: line, "It must be a list.", "Write `- path: /` and `url: http://127.0.0.1:8080` below it.")
        }
        for entry in entries {
            guard case .mapping(let mapping) = entry else {
                fault("upstreams", line: entry.mark?.line ?? line, "An upstream must have keys and values.", "Write `url: http://127.0.0.1:8080`.")
                continue
            }
            var written = WrittenUpstream(line: mapping.mark?.line ?? line)
            for (key, value) in mapping {
                let line = key.mark?.line ?? line
                guard let name = key.string, let field = WrittenUpstream.Field(rawValue: name), let text = value.string else {
                    let known = WrittenUpstream.Field.allCases.map(\.rawValue).joined(separator: ", ")
                    fault("upstreams.\(key.string ?? "")", line: line, "There is no such key, or its value is no text.", "The keys are \(known).")
                    continue
                }
                written.values[field] = WrittenUpstream.Value(text: text, line: line)
            }
            upstreams.append(written)
        }
    }

    private mutating func fault(_ key: String, line: Int, _ why: String, _ remedy: String) {
        faults.append(ConfigurationFault(key: key.isEmpty ? "the file" : key, source: "\(path):\(line)", why: why, remedy: remedy))
    }
}

enum UnknownKey {
    /// The nearest known key, if one is near.
    static func remedy(_ written: String) -> String {
        let folded = written.lowercased()
        let near = ConfigurationKey.allCases.map { ($0, distance(folded, $0.rawValue.lowercased())) }.min { $0.1 < $1.1 }
        let sections = Set(ConfigurationKey.allCases.compactMap { $0.components.count > 1 ? $0.components.first : nil })
        if let section = sections.min(by: { distance(folded, $0) < distance(folded, $1) }), distance(folded, section) <= 2 {
            return "Did you mean \(section)?"
        }
        guard let near, near.1 <= 2 else { return "Remove it; `latchkey serve --help` lists the keys." }
        return "Did you mean \(near.0.rawValue)?"
    }

    /// Letters to add, drop or change (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (index, byte) in left.utf8.prefix(64).enumerated() {
            var next = [index + 1]
            for (column, other) in right.enumerated() {
                next.append(min(row[column] + (byte == other ? 0 : 1), row[column + 1] + 1, next[column] + 1))
            }
            row = next
        }
        return row[right.count]
    }
}
