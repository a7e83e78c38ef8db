import Domain
import GRDB
import Ports
import Store
import TestKit
import Testing

@Suite struct LetterTests {
    static let now = FixedInstants.start
    static let plain = Letter.test(first: "Ada", at: now)
    static let secret = Letter.preparedPassword(
        first: "Ada", username: "ada.byron", password: "correct-horse-battery-staple", usesAPI: false, mustChoose: true)

    @Test func `a letter waits in the outbox and opens to what was put in`() async throws {
        let (kit, letter) = try await Self.enqueued(Self.secret)
        #expect(letter.state == .queued(next: Self.now) && letter.hasContent && letter.attempts == 0 && letter.kind == .preparedPassword)
        #expect(try await Self.content(letter, kit) == Self.secret)
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.letters(LetterQuery(.due(Self.now - .seconds(1)))).isEmpty)
            #expect(try reader.letters(LetterQuery(.due(Self.now))).map(\.id) == [letter.id])
        }
    }

    @Test(arguments: [DeliveryAttempt.accepted(reply: "250 ok"), .givenUp(reply: "550 no")])
    func `a letter that is settled loses its content and stays settled`(attempt: DeliveryAttempt) async throws {
        let (kit, letter) = try await Self.enqueued(Self.plain)
        try await kit.store.note { (notes) throws(Refusal) in
            try notes.record(.started(until: Self.now + .minutes(15)), for: letter.id, at: Self.now)
            try notes.record(attempt, for: letter.id, at: Self.now)
            for late in [DeliveryAttempt.tryAgain(at: Self.now, reply: "late"), .accepted(reply: "late"), .givenUp(reply: "late"), .held] {
                try notes.record(late, for: letter.id, at: Self.now + .minutes(1))
            }
        }
        let after = try await Self.reread(letter, kit)
        let isSent = attempt == .accepted(reply: "250 ok")
        #expect(after.state == (isSent ? .sent(at: Self.now) : .failed(at: Self.now)))
        #expect(after.attempts == 1 && after.lastReply == (isSent ? "250 ok" : "550 no") && !after.hasContent)
        #expect(try await Self.content(letter, kit) == nil)
    }

    @Test func `a letter that was on its way when the process died shows that attempt, and leaves again`() async throws {
        let (kit, letter) = try await Self.enqueued(Self.plain)
        let until = Self.now + .minutes(15)
        try await kit.store.note { (notes) throws(Refusal) in try notes.record(.started(until: until), for: letter.id, at: Self.now) }
        let after = try await Self.reread(letter, kit)
        #expect(after.state == .queued(next: until) && after.attempts == 1 && after.hasContent && after.lastReply == nil)
        let due = try await kit.store.read { (reader) throws(Refusal) in
            (try reader.letters(LetterQuery(.due(until - .seconds(1)))).count, try reader.letters(LetterQuery(.due(until))).count)
        }
        #expect(due == (0, 1))
    }

    @Test func `a letter to be tried again keeps its content and waits`() async throws {
        let (kit, letter) = try await Self.enqueued(Self.plain)
        try await kit.store.note { (notes) throws(Refusal) in
            try notes.record(.tryAgain(at: Self.now + .minutes(5), reply: "451 later"), for: letter.id, at: Self.now)
        }
        let after = try await Self.reread(letter, kit)
        #expect(after.state == .queued(next: Self.now + .minutes(5)) && after.hasContent && after.lastReply == "451 later")
    }

    @Test func `a held letter with a password is read once; others as often as wanted`() async throws {
        for letter in [Self.plain, Self.secret] {
            let (kit, stored) = try await Self.enqueued(letter)
            try await kit.store.note { (notes) throws(Refusal) in
                try notes.record(.held, for: stored.id, at: Self.now)
                try notes.markRead(stored.id, at: Self.now)
            }
            let after = try await Self.reread(stored, kit)
            #expect(after.state == .held && after.readAt == Self.now && after.hasContent == (letter == Self.plain))
            try await kit.store.note { (notes) throws(Refusal) in try notes.record(.released(at: Self.now), for: stored.id, at: Self.now) }
            let released = try await Self.reread(stored, kit)
            #expect(released.state == (letter == Self.plain ? .queued(next: Self.now) : .held))
        }
    }

    @Test func `content moved into another letter does not open`() async throws {
        let (kit, first) = try await Self.enqueued(Self.secret)
        try await Self.enqueue(Self.plain, kit)
        try AuditTests.tamper(kit, "UPDATE letters SET content = (SELECT content FROM letters WHERE id = 1) WHERE id = 2", dropTriggers: false)
        let refusal = await #expect(throws: Refusal.self) {
            try await kit.store.read { (reader) throws(Refusal) in try reader.content(of: Identifier(first.id.rawValue + 1)) }
        }
        #expect(refusal == .unavailable)
        #expect(kit.log.sentences == ["the database refused: the content of letter 2 does not open"])
    }

    static func enqueued(_ letter: Letter) async throws -> (TestStore, OutboxLetter) {
        let kit = try await TestStore.open()
        try await enqueue(letter, kit)
        return (kit, try #require(try await kit.store.read { (reader) throws(Refusal) in try reader.letters(LetterQuery(.all)).first }))
    }

    static func enqueue(_ letter: Letter, _ kit: TestStore) async throws {
        let to = try EmailAddress(parsing: "ada@example.com")
        try await kit.store.change { (writer) throws(Refusal) in
            try writer.enqueue(letter, to: to, user: nil, at: now)
            return Audited((), AuditEntry(.testLetterSent, at: now, by: .commandLine))
        }
    }

    static func reread(_ letter: OutboxLetter, _ kit: TestStore) async throws -> OutboxLetter {
        try #require(try await kit.store.read { (reader) throws(Refusal) in try reader.letters(LetterQuery(.one(letter.id))).first })
    }

    static func content(_ letter: OutboxLetter, _ kit: TestStore) async throws -> Letter? {
        try await kit.store.read { (reader) throws(Refusal) in try reader.content(of: letter.id) }
    }
}
