import Yams

/// The way from text to YAML nodes, bounded before the parser sees the text.
enum YAMLDocument {
    /// The root of the one document in the text.
    static func root(of yaml: String, lines: [Substring.UnicodeScalarView]) throws(CatalogueFaults) -> Node {
        let start = TextPosition(line: 1, column: 1)
        guard yaml.utf8.count <= CatalogueReader.largest else { throw CatalogueFaults([CatalogueFault(.tooLarge, at: start)]) }
        let anchors = lines.enumerated().compactMap { index, line in anchor(in: line, number: index + 1) }
        guard anchors.isEmpty else { throw CatalogueFaults(anchors) }
        do {
            guard let root = try Yams.compose(yaml: yaml) else { throw CatalogueFaults([CatalogueFault(.emptyDocument, at: start)]) }
            return root
        } catch let faults as CatalogueFaults {
            throw faults
        } catch let error as YamlError {
            throw CatalogueFaults([fault(of: error, in: yaml)])
        } catch {
            throw CatalogueFaults([CatalogueFault(.syntax("it cannot be read"), at: start)])
        }
    }

    /// Whether a line with this text would be refused for an anchor.
    static func hasAnchor(_ text: String) -> Bool { anchor(in: text.unicodeScalars[...], number: 1) != nil }

    /// An anchor in a line, if there is one: `&`, then a name, not inside a word.
    ///
    /// The parser follows aliases while it builds the tree, and hashes mapping keys that aliases may have multiplied without
    /// bound; without an anchor there is no alias. This may take an `&name` of a comment or a quoted text for an anchor, which
    /// costs its writer a space; it overlooks none.
    private static func anchor(in line: Substring.UnicodeScalarView, number: Int) -> CatalogueFault? {
        var previous: Unicode.Scalar = " "
        var column = 0
        for scalar in line {
            column += 1
            if previous == "&", isWord(scalar), column >= 2 {
                return CatalogueFault(.anchor, at: TextPosition(line: number, column: column - 1))
            }
            // An ampersand inside a word (`R&D`) is kept from looking like the start of an anchor.
            previous = scalar == "&" && (isWord(previous) || previous == "/" || previous == "." || previous == "=") ? "x" : scalar
        }
        return nil
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return false }
        let byte = UInt8(truncatingIfNeeded: scalar.value)
        switch lowercased(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): return true
        default: return false
        }
    }

    private static func fault(of error: YamlError, in yaml: String) -> CatalogueFault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return CatalogueFault(.syntax(problem), at: TextPosition(mark))
        case .reader(let problem, let offset, _, _):
            return CatalogueFault(.syntax(problem), at: position(ofCharacter: offset ?? 0, in: yaml))
        case .duplicatedKeysInMapping(let keys, let context):
            return CatalogueFault(.repeatedKey(keys.first.map { key in String(key.prefix(64)) } ?? "?"), at: TextPosition(context.mark))
        case .memory:
            return CatalogueFault(.syntax("it is nested too deeply"), at: TextPosition(line: 1, column: 1))
        default:
            return CatalogueFault(.syntax("it cannot be read"), at: TextPosition(line: 1, column: 1))
        }
    }

    private static func position(ofCharacter offset: Int, in yaml: String) -> TextPosition {
        let before = yaml.prefix(offset)
        let line = before.reduce(1) { count, character in character.isNewline ? count + 1 : count }
        let lastLine = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).last ?? ""
        return TextPosition(line: line, column: lastLine.unicodeScalars.count + 1)
    }
}
