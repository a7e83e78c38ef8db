import Foundation
import FoundationXML

/// Why a body is not XML that we read.
public enum XMLFault: Error, Hashable, Sendable {
    case tooLarge
    case tooDeep
    case tooManyElements
    /// A document type declaration: where entities come from, and nothing that we need.
    case documentType
    /// Instructions to programs (`<?…?>`), beside the declaration at the start.
    case processingInstruction
    /// Anything but UTF-8.
    case encoding
    case malformed

    /// One sentence for the caller; it repeats nothing of what was sent.
    public var sentence: String {
        switch self {
        case .tooLarge: "The body is longer than \(BodyLimits.bytes) bytes."
        case .tooDeep: "The XML document is nested more than \(BodyLimits.depth) levels deep."
        case .tooManyElements: "The XML document has more than \(BodyLimits.elements) elements."
        case .documentType: "The XML document must not have a document type declaration."
        case .processingInstruction: "The XML document must not have processing instructions."
        case .encoding: "The XML document must be UTF-8."
        case .malformed: "The body is not well-formed XML."
        }
    }
}

/// Reads XML from strangers: no document type, so no entities; no processing instructions; no encoding but UTF-8; bounded in size, depth and number of elements.
public enum XMLDocumentReader {
    /// The root element.
    public static func root(of body: some Collection<UInt8>) throws(XMLFault) -> XMLTree {
        guard body.count <= BodyLimits.bytes else { throw .tooLarge }
        let bytes = Array(body)
        guard !bytes.isEmpty else { throw .malformed }
        try checkEncoding(bytes)
        // Anywhere, comments and CDATA sections included: nobody has cause to write it there.
        for word in ["<!DOCTYPE", "<!ENTITY"] where contains(bytes, Array(word.utf8)) { throw .documentType }
        // The parser reads the data of an instruction that has none at address zero, which ends the process.
        guard !contains(afterDeclaration(bytes), Array("<?".utf8)) else { throw .processingInstruction }
        let builder = XMLTreeBuilder()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.shouldProcessNamespaces = true
        parser.delegate = builder
        let finished = parser.parse()
        if let fault = builder.fault { throw fault }
        guard finished, let root = builder.root else { throw .malformed }
        return root
    }

    private static func checkEncoding(_ bytes: [UInt8]) throws(XMLFault) {
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { throw .encoding }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard start.starts(with: Array("<?xml".utf8)), let end = start.firstIndex(of: UInt8(ascii: ">")) else { return }
        let declaration = String(decoding: start[..<end], as: UTF8.self).lowercased()
        guard let named = declaration.range(of: "encoding") else { return }
        let name = declaration[named.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "\"" || $0 == "'" }
        guard ["utf-8", "us-ascii"].contains(name.prefix { $0 != "\"" && $0 != "'" }) else { throw .encoding }
    }

    /// What follows `<?xml …`, if the document begins with that; all of it otherwise.
    private static func afterDeclaration(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let word = Array("<?xml".utf8)
        guard start.starts(with: word), let next = start.dropFirst(word.count).first, [0x20, 0x09, 0x0A, 0x0D].contains(next) else { return start }
        return start.dropFirst(word.count)
    }

    private static func contains(_ bytes: some RandomAccessCollection<UInt8>, _ word: [UInt8]) -> Bool {
        var rest = bytes[...]
        while let first = rest.firstIndex(where: { byte in byte == word.first }) {
            rest = rest[first...]
            if rest.starts(with: word) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}

/// Collects elements. Used by one call of the parser, on one thread.
private final class XMLTreeBuilder: NSObject, XMLParserDelegate {
    private struct Open {
        let name: String
        var text = ""
        var children: [XMLTree] = []
    }

    private var open: [Open] = []
    private var elements = 0
    private(set) var root: XMLTree?
    private(set) var fault: XMLFault?

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName qName: String?,
        attributes attributeDict: [String: String] = [:]
    ) {
        elements += 1
        // The parser itself is content with a second root.
        if open.isEmpty, root != nil { return stop(parser, .malformed) }
        if open.count >= BodyLimits.depth { return stop(parser, .tooDeep) }
        if elements > BodyLimits.elements { return stop(parser, .tooManyElements) }
        open.append(Open(name: elementName))
    }

    func parser(_ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName qName: String?) {
        guard let closed = open.popLast() else { return stop(parser, .malformed) }
        let element = XMLTree(closed.name, text: closed.text, children: closed.children)
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if !open.isEmpty { open[open.count - 1].text += string }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if !open.isEmpty { open[open.count - 1].text += String(decoding: block, as: UTF8.self) }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { fault = fault ?? .malformed }

    private func stop(_ parser: XMLParser, _ reason: XMLFault) {
        fault = fault ?? reason
        parser.abortParsing()
    }
}
