import Domain
import Foundation
import Mail
import Ports
import Testing

/// Every letter as files, for the journey that has a browser draw them.
@Suite struct LetterFilesTests {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "build/letters", directoryHint: .isDirectory)

    @Test func `every letter can be looked at in build/letters, as HTML and as text`() throws {
        let writer = LetterWriter(publicURL: "https://id.example.com/", supportContact: "help@example.com")
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (number, letter) in EveryLetter.all().enumerated() {
            let rendered = writer.render(
                letter, to: try EmailAddress(parsing: "jo@example.com"), id: Identifier(42), writtenAt: Instant(milliseconds: 1_795_788_300_000))
            let name = (number < 9 ? "0" : "") + "\(number + 1)-\(letter.kind.rawValue)"
            try Data(rendered.html.utf8).write(to: folder.appending(path: name + ".html"))
            try Data("\(rendered.subject)\n\n\(rendered.text)".utf8).write(to: folder.appending(path: name + ".txt"))
        }
        let written = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(written.count == EveryLetter.all().count * 2)
    }
}
