/// An element of an XML document: what is read and what is written. Attributes, comments and processing instructions are no part of it.
public struct XMLTree: Hashable, Sendable {
    public let name: String
    /// The character data directly inside, joined.
    public let text: String
    public let children: [XMLTree]

    /// An element with text in it; nil is an empty element.
    public init(_ name: String, text: String? = nil) {
        self.init(name, text: text ?? "", children: [])
    }

    /// An element with elements in it.
    public init(_ name: String, _ children: [XMLTree]) {
        self.init(name, text: "", children: children)
    }

    init(_ name: String, text: String, children: [XMLTree]) {
        self.name = name
        self.text = text
        self.children = children
    }

    /// The first child of that name.
    public subscript(name: String) -> XMLTree? { children.first { $0.name == name } }

    /// Every child of that name.
    public func all(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }
}

/// Why a tree cannot be written.
public enum XMLWritingFault: Error, Hashable, Sendable {
    /// A character that XML 1.0 cannot hold, even as a reference (section 2.2).
    case forbiddenCharacter
    case malformedName
}

extension XMLTree {
    /// The document, with its declaration, in UTF-8.
    public func document() throws(XMLWritingFault) -> String {
        var output = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#
        try write(into: &output)
        return output
    }

    private func write(into output: inout String) throws(XMLWritingFault) {
        guard Self.isName(name) else { throw .malformedName }
        if text.isEmpty, children.isEmpty {
            output += "<\(name)/>"
            return
        }
        output += "<\(name)>"
        try Self.write(text, into: &output)
        for child in children { try child.write(into: &output) }
        output += "</\(name)>"
    }

    /// Scalar by scalar: a combining mark after `<` must not hide it.
    private static func write(_ text: String, into output: inout String) throws(XMLWritingFault) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            // A bare CR would be read back as LF (section 2.11).
            case "\r": output += "&#13;"
            case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}": output.unicodeScalars.append(scalar)
            default: throw .forbiddenCharacter
            }
        }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first), first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
