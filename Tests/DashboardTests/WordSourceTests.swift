import Foundation
import Testing

@testable import Dashboard

/// The text table as it is written: nothing in it that no page says, and everything in the house style.
@Suite struct WordSourceTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Dashboard")

    private static func sources(_ folder: URL) throws -> [String: String] {
        let names = FileManager.default.enumerator(atPath: folder.path())?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.reduce(into: [:]) {
            $0[$1] = try String(contentsOf: folder.appending(path: $1), encoding: .utf8)
        }
    }

    /// How often each word stands in a text.
    private static func count(_ text: String) -> [Substring: Int] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    @Test func `every text is said by some page`() throws {
        let sources = try Self.sources(Self.folder)
        let uses = Self.count(sources.values.joined(separator: "\n"))
        let table = sources.filter { $0.key.hasPrefix("Words/") }
        #expect(table.count > 10)
        var unused: [String] = []
        for text in table.values {
            let names = text.matches(of: /static (?:let|func) (\w+)/).map(\.1)
            unused += names.filter { uses[$0, default: 0] < 2 }.map(String.init)
        }
        #expect(unused.sorted() == [])
    }

    @Test func `every text is in the house style`() throws {
        var faults: [String] = []
        for (file, text) in try Self.sources(Self.folder.appending(path: "Words")) {
            let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
            for literal in code.matches(of: /"((?:[^"\\\n]|\\.)*)"/).map({ String($0.1) }) {
                let folded = literal.lowercased()
                let words = ["please", "sorry", "oops", "successful", "invalid", "illegal"].filter { folded.contains($0) }
                if !words.isEmpty || literal.contains("!") { faults.append("\(file): \(literal)") }
            }
        }
        #expect(faults == [])
    }
}
