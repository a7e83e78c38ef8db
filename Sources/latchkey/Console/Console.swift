import ArgumentParser
import Assembly
import Domain
import Foundation
import Ports
import Secrets

/// How commands end other than well.
enum Exit {
    static let refused = ExitCode(1)
    static let cannotStart = ExitCode(2)
    static let notFound = ExitCode(3)
    static let unavailable = ExitCode(4)

    static func code(_ refusal: Refusal) -> ExitCode {
        switch refusal {
        case .noSuchUser, .noSuchAccount, .notFound: notFound
        case .link(.unknown): notFound
        case .unavailable, .busy, .wait: unavailable
        case .invalid, .denied, .notSignedIn, .signIn, .link, .conflict, .notNow: refused
        }
    }
}

/// What commands write.
enum Console {
    static func say(_ text: String) { write(text + "\n") }

    /// Text that ends its own lines.
    static func write(_ text: String) { write(text, to: .standardOutput) }

    /// Plain sentences to standard error.
    static func complain(_ text: String) {
        let lines = text.split(separator: "\n").map { "latchkey: \(safe(String($0)))" }
        write(lines.joined(separator: "\n") + "\n", to: .standardError)
    }

    /// A sentence beside the result, on standard error.
    static func remark(_ text: String) { write(safe(text) + "\n", to: .standardError) }

    /// One object on one line.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        say(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Columns as wide as their widest cell.
    static func table(_ rows: [[String]]) {
        let rows = rows.map { $0.map(safe) }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            say(cells.joined(separator: "  "))
        }
    }

    /// Nothing that steers a terminal.
    static func safe(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "\u{FFFD}"
                    case _: scalar
                    }
                }))
    }

    private static func write(_ text: String, to file: FileHandle) {
        do { try file.write(contentsOf: Data(text.utf8)) } catch { return }  // nobody reads any more
    }

    /// Runs a command and turns what is thrown into sentences and an exit code.
    static func run(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let refusal as Refusal {
            complain(RefusalWords.sentences(refusal).joined(separator: "\n"))
            throw Exit.code(refusal)
        } catch let fault as StartFault {
            complain(fault.description)
            throw Exit.cannotStart
        }
    }

    /// The same, with the installation opened before and closed after.
    static func run(_ place: PlaceOptions, _ work: (Installation) async throws -> Void) async throws {
        try await run {
            let installation = try place.installation()
            defer { installation.close() }
            try await work(installation)
        }
    }
}

/// What commands read.
enum StandardInput {
    /// One line; more than any password may have is cut off by the rules.
    static func secret() throws -> Secret {
        let bytes = try FileHandle.standardInput.read(upToCount: 4096) ?? Data()
        return Secret(bytes: Array(bytes).prefix { $0 != 0x0A && $0 != 0x0D })
    }
}
