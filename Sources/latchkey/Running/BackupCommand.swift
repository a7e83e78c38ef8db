import ArgumentParser
import Assembly

/// `latchkey backup FILE`
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a copy of the database to a new file, with the server running or not.",
        discussion: """
            The copy holds what was committed when it began, and only its owner can read it. It opens with the same instance key and no
            other: keep that in another place. A file that is there already is left as it is. The audit log says that a backup was made.

            EXAMPLES
              latchkey backup /var/backups/latchkey.sqlite
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(help: "The new file.")
    var file: String

    private struct Report: Encodable {
        let file: String
    }

    func run() async throws {
        try await Console.run(place) { installation in
            try await installation.backUp(to: file)
            if place.json { try Console.json(Report(file: file)) } else { Console.say("Written: \(file)") }
        }
    }
}
