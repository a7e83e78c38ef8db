/// Style sheet, script and icon, named by their content, so that a browser may keep them for ever.
struct Assets: Sendable {
    struct File: Sendable {
        let name: String
        let type: String
        let body: String
        /// A strong validator (RFC 9110 section 8.8.3).
        let etag: String
        var link: Link { .asset(name) }
    }

    let style: File
    let script: File
    let icon: File

    init(texts: [String: String] = EmbeddedTexts.files) {
        style = Self.file("app", "css", "text/css; charset=utf-8", texts)
        script = Self.file("app", "js", "text/javascript; charset=utf-8", texts)
        icon = Self.file("icon", "svg", "image/svg+xml", texts)
    }

    func file(named name: String) -> File? { [style, script, icon].first { $0.name == name } }

    private static func file(_ stem: String, _ ending: String, _ type: String, _ texts: [String: String]) -> File {
        let body = texts["\(stem).\(ending)"] ?? ""
        let mark = fingerprint(body)
        return File(name: "\(stem).\(mark).\(ending)", type: type, body: body, etag: "\"\(mark)\"")
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
