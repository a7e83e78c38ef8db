/// A message taken apart by hand, knowing nothing of how it was put together.
struct ReadMessage {
    var headers: [(name: String, value: String)]
    var parts: [(headers: [(name: String, value: String)], text: String)]

    /// `nil` if it is not a multipart message of lines that end in CRLF.
    init?(_ bytes: [UInt8]) {
        guard let lines = Self.lines(bytes), let (headers, body) = Self.split(lines) else { return nil }
        self.headers = headers
        guard let type = headers.first(where: { $0.name == "Content-Type" })?.value,
            let boundary = type.split(separator: "boundary=\"").last?.dropLast(), body.last == "--\(boundary)--"
        else { return nil }
        parts = []
        for piece in body.dropLast().split(separator: "--\(boundary)") {
            guard let (headers, text) = Self.split(Array(piece)) else { return nil }
            parts.append((headers, Self.decoded(text)))
        }
    }

    func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    static func lines(_ bytes: [UInt8]) -> [String]? {
        var lines: [String] = []
        var line: [UInt8] = []
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x0A {
                guard previous == 0x0D else { return nil }
                lines.append(String(decoding: line.dropLast(), as: UTF8.self))
                line = []
            } else {
                if previous == 0x0D { return nil }
                line.append(byte)
            }
            previous = byte
        }
        return line.isEmpty ? lines : nil
    }

    private static func split(_ lines: [String]) -> ([(name: String, value: String)], [String])? {
        guard let empty = lines.firstIndex(of: "") else { return nil }
        var headers: [(name: String, value: String)] = []
        for line in lines[..<empty] {
            if line.hasPrefix(" "), let last = headers.indices.last {
                headers[last].value += line
            } else if let colon = line.firstIndex(of: ":") {
                headers.append((String(line[..<colon]), String(line[colon...].dropFirst(2))))
            } else {
                return nil
            }
        }
        return (headers, Array(lines[(empty + 1)...]))
    }

    /// RFC 2045 section 6.7.
    static func decoded(_ lines: [String]) -> String {
        var bytes: [UInt8] = []
        for line in lines {
            let isContinued = line.hasSuffix("=")
            bytes += escapes(isContinued ? line.dropLast() : line[...], "=")
            if !isContinued { bytes.append(0x0A) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 2047: the words of a header value, spaces between encoded words gone.
    static func header(_ value: String) -> String {
        var bytes: [UInt8] = []
        for word in value.split(separator: " ") {
            guard word.hasPrefix("=?UTF-8?Q?"), word.hasSuffix("?=") else { return value }
            bytes += escapes(word.dropFirst(10).dropLast(2).replacing("_", with: " ")[...], "=")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escapes(_ text: Substring, _ mark: Character) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let next = rest.popFirst() {
            if next == mark, let value = UInt8(rest.prefix(2), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes += Array(String(next).utf8)
            }
        }
        return bytes
    }
}
