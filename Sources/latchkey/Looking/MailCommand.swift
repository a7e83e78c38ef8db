import ArgumentParser
import Assembly
import Domain
import Operations
import Ports

struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "List letters; read one that is held.", subcommands: [MailList.self, MailShow.self])
}

enum LetterWords {
    static func state(_ state: LetterState) -> String {
        switch state {
        case .queued: "queued"
        case .held: "held"
        case .sent: "sent"
        case .failed: "failed"
        }
    }

    /// Why there is nothing to read.
    static func unreadable(_ state: LetterState) -> String {
        switch state {
        case .queued: "It is on its way: only letters that are held can be read."
        case .sent: "It has left: only letters that are held can be read."
        case .held, .failed: "What it said has been erased."
        }
    }
}

private struct LetterJSON: Encodable {
    let id: String
    let kind: String
    let to: String
    let state: String
    let createdAt: String
    let attempts: Int
    let lastReply: String?
    let subject: String?
    let text: String?

    init(_ letter: OutboxLetter, _ words: RenderedLetter? = nil) {
        id = letter.id.description
        kind = letter.kind.rawValue
        to = letter.to.text
        state = LetterWords.state(letter.state)
        createdAt = letter.createdAt.iso8601
        attempts = letter.attempts
        lastReply = letter.lastReply
        subject = words?.subject
        text = words?.text
    }
}

struct MailList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List letters, the newest first.",
        discussion: """
            EXAMPLES
              latchkey mail list
            """)

    @OptionGroup var place: PlaceOptions
    @Option(help: "At most so many.") var limit = 50

    private struct Listed: Encodable { let letters: [LetterJSON] }

    func run() async throws {
        try await Console.run(place) { installation in
            let letters = try await Outbox(installation.instruments).list(as: installation.atTheConsole(), limit: min(max(limit, 1), 1000))
            if place.json { return try Console.json(Listed(letters: letters.map { LetterJSON($0) })) }
            Console.table(
                [["ID", "KIND", "TO", "STATE", "WRITTEN"]]
                    + letters.map { [$0.id.description, $0.kind.rawValue, $0.to.text, LetterWords.state($0.state), $0.createdAt.iso8601] })
        }
    }
}

struct MailShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Read a letter. This is written to the audit trail; one with a password can be read once.",
        discussion: """
            EXAMPLES
              latchkey mail show 12
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The letter's number.") var id: Int64

    func run() async throws {
        try await Console.run(place) { installation in
            let opened = try await Outbox(installation.instruments).open(as: installation.atTheConsole(), Identifier(id))
            if place.json { return try Console.json(LetterJSON(opened.letter, opened.words)) }
            Console.say("To: \(opened.letter.to.text)")
            guard let words = opened.words else { return Console.say(LetterWords.unreadable(opened.letter.state)) }
            Console.say("Subject: \(Console.safe(words.subject))\n")
            for line in words.text.split(separator: "\n", omittingEmptySubsequences: false) { Console.say(Console.safe(String(line))) }
        }
    }
}
