/// Text made safe for HTML, in element content and in quoted attributes: the one place where pages and letters escape.
public enum HTMLText {
    /// Scalar by scalar, never by `Character`: a quote followed by a combining mark is one `Character` that equals no quote, but a browser
    /// sees the quote.
    public static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isMark) else { return text }
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case _: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// A byte that is one of the marks is that mark: in UTF-8 no other scalar has it.
    private static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        case _: false
        }
    }
}
