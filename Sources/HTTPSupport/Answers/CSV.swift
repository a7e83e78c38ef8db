import HTTPTypes
public import Hummingbird

/// Comma-separated values (RFC 4180), harmless in a spreadsheet.
public enum CSV {
    /// One record with its line end.
    public static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    /// What a spreadsheet takes for the beginning of a formula; the full-width forms too, which some turn into the others.
    private static let formulaStarts: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\u{0}", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map(formulaStarts.contains) ?? false
        let harmless = isFormula ? "'" + text : text
        let needsQuotes = harmless.utf8.contains { byte in
            byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
        }
        let hasOuterSpace = harmless.first == " " || harmless.last == " "
        guard needsQuotes || hasOuterSpace else { return harmless }
        // Scalar by scalar: a quote with an accent on it is one `Character` that equals no quote.
        var quoted = "\""
        for scalar in harmless.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

/// A file that is written while it is sent.
public enum Download {
    /// - Parameter write: is given a function that sends a text; a fault it throws cuts the answer off, so that half a file is not taken for a
    ///   whole one.
    public static func response(
        named name: String, type: String, _ write: @escaping @Sendable ((String) async throws -> Void) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let sink = Sink(writer)
                try await write { text in try await sink.send(text) }
                try await sink.finish()
            })
    }

    /// The writer belongs to one answer, and is used by one task after the other.
    private final class Sink {
        private var writer: any ResponseBodyWriter

        init(_ writer: any ResponseBodyWriter) { self.writer = writer }

        func send(_ text: String) async throws { try await writer.write(ByteBuffer(string: text)) }

        func finish() async throws { try await writer.finish(nil) }
    }
}
