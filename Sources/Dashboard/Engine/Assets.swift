/// Style sheet, script and icon, named by their content, so that a browser may keep them for ever.
struct Assets: Sendable {
    struct File: Sendable {
        let name: String
        let type: String
        let body: String
        /// A strong validator (RFC 9110 section 8.8.3).
        let etag: String
        /// The same, compressed; `nil` when that makes it no smaller.
        let compressed: [UInt8]?
        /// The compressed form is another representation, so it has another validator.
        var compressedTag: String { "\"\(etag.dropFirst().dropLast())-gzip\"" }
        var link: Link { .asset(name) }
    }

    let style: File
    let script: File
    let icon: File

    init(texts: [String: String] = EmbeddedTexts.files) {
        style = Self.file("app", "css", "text/css; charset=utf-8", Self.joined("css", texts))
        script = Self.file("app", "js", "text/javascript; charset=utf-8", Self.joined("js", texts))
        icon = Self.file("icon", "svg", "image/svg+xml", texts["icon.svg"] ?? "")
    }

    func file(named name: String) -> File? { [style, script, icon].first { $0.name == name } }

    /// All texts of a kind as one file, `app` first, the others by name: browsers fetch one style sheet and one module.
    private static func joined(_ ending: String, _ texts: [String: String]) -> String {
        let names = texts.keys.filter { $0.hasSuffix(".\(ending)") }.sorted {
            ($0 == "app.\(ending)" ? 0 : 1, $0) < ($1 == "app.\(ending)" ? 0 : 1, $1)
        }
        return names.compactMap { texts[$0] }.joined(separator: "\n")
    }

    private static func file(_ stem: String, _ ending: String, _ type: String, _ body: String) -> File {
        let mark = fingerprint(body)
        return File(name: "\(stem).\(mark).\(ending)", type: type, body: body, etag: "\"\(mark)\"", compressed: Gzip.compressed(body))
    }

    /// FNV-1a, 64 bits: tells versions of our own files apart, nothing more.
    static func fingerprint(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
