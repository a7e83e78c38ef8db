import Domain
import Ports
import Secrets
import Synchronization
import TestKit
import Testing

@testable import Mail

@Suite struct OutboxWorkerTests {
    let clock = SettableClock()
    let log = CollectingLog()

    func worker(_ store: any Store, _ transport: (any MailTransport)?, pause: Duration = .hours(1)) throws -> OutboxWorker {
        OutboxWorker(
            store: store, writer: LetterWriter(publicURL: "https://id.example.com", supportContact: ""), transport: transport,
            sender: Mailbox(address: try EmailAddress(parsing: "latchkey@example.com")), clock: clock, entropy: CountingEntropy(),
            logger: log.logger, pause: pause)
    }

    func enqueue(_ letter: Letter, to: String = "jo@example.com", in store: any Store) async throws {
        let address = try EmailAddress(parsing: to)
        let now = clock.now()
        try await store.change { (writer) throws(Refusal) in
            try writer.enqueue(letter, to: address, user: nil, at: now)
            return Audited((), AuditEntry(.verificationSent, at: now, by: .commandLine))
        }
    }

    func letters(_ store: any Store) async throws -> [OutboxLetter] {
        try await store.read { (store) throws(Refusal) in try store.letters(LetterQuery(.all)) }
    }

    func letter(_ store: any Store) async throws -> OutboxLetter {
        let letters = try await letters(store)
        try #require(letters.count == 1)
        return letters[0]
    }

    let test = Letter.test(first: "Jo", at: FixedInstants.start)

    @Test func `a letter that the server takes is sent once and its content is gone`() async throws {
        let opened = try await TestStore.open()
        let transport = ScriptedTransport([.accepted(reply: "250 2.0.0 queued as 7")])
        let worker = try worker(opened.store, transport)
        try await enqueue(EveryLetter.all()[1], in: opened.store)
        await worker.round()
        await worker.round()

        let letter = try await letter(opened.store)
        #expect(letter.state == .sent(at: clock.now()) && letter.attempts == 1 && !letter.hasContent)
        #expect(letter.lastReply == "250 2.0.0 queued as 7")
        #expect(transport.sent.map(\.from) == ["latchkey@example.com"] && transport.sent.map(\.to) == ["jo@example.com"])
        let read = try #require(ReadMessage(transport.sent[0].message))
        #expect(read.values("Subject") == ["Your Latchkey password"])
        #expect(read.parts[0].text.split(separator: "\n").contains(Substring(EveryLetter.password)))
    }

    @Test func `a letter that cannot leave yet waits longer each time, and leaves when it can`() async throws {
        let opened = try await TestStore.open()
        let transport = ScriptedTransport([.tryLater(reply: "no connection"), .tryLater(reply: "451 busy")])
        let worker = try worker(opened.store, transport)
        try await enqueue(test, in: opened.store)
        let start = clock.now()

        await worker.round()
        #expect(try await letter(opened.store).state == .queued(next: start + .minutes(1)))
        await worker.round()
        #expect(transport.sent.count == 1)

        clock.advance(by: .minutes(1))
        await worker.round()
        let waiting = try await letter(opened.store)
        #expect(waiting.state == .queued(next: start + .minutes(3)) && waiting.attempts == 2 && waiting.lastReply == "451 busy")

        clock.advance(by: .minutes(2))
        await worker.round()
        let sent = try await letter(opened.store)
        #expect(sent.state == .sent(at: start + .minutes(3)) && sent.attempts == 3)
    }

    @Test func `a letter refused for good is given up at once, with the server's words made safe`() async throws {
        let opened = try await TestStore.open()
        let reply = "550 no\u{1B}[2J\r\nsuch \u{202E}user " + String(repeating: "x", count: 400)
        try await enqueue(test, in: opened.store)
        await (try worker(opened.store, ScriptedTransport([.refusedForGood(reply: reply)]))).round()
        let letter = try await letter(opened.store)
        #expect(letter.state == .failed(at: clock.now()) && letter.attempts == 1 && !letter.hasContent)
        let kept = try #require(letter.lastReply)
        #expect(kept.hasPrefix(#"550 no\u{1b}[2J\u{d}\u{a}such \u{202e}user xxx"#) && kept.unicodeScalars.count == 300)
    }

    @Test func `after a day without success a letter is given up`() async throws {
        let opened = try await TestStore.open()
        let transport = ScriptedTransport(Array(repeating: .tryLater(reply: "no"), count: 100))
        let worker = try worker(opened.store, transport)
        try await enqueue(test, in: opened.store)
        let start = clock.now()
        while case .queued(let next) = try await letter(opened.store).state, transport.sent.count < 90 {
            clock.set(next)
            await worker.round()
        }
        let letter = try await letter(opened.store)
        #expect(letter.state == .failed(at: clock.now()) && letter.attempts == 29 && transport.sent.count == 29)
        #expect(clock.now() - start <= .hours(24))
    }

    @Test func `without a mail server letters are held, and leave when there is one`() async throws {
        let opened = try await TestStore.open()
        for _ in 0..<45 { try await enqueue(test, in: opened.store) }
        let without = try worker(opened.store, nil)
        await without.round()
        #expect(try await letters(opened.store).allSatisfy { $0.state == .held && $0.attempts == 0 && $0.hasContent })

        clock.advance(by: .days(3))
        let transport = ScriptedTransport()
        let with = try worker(opened.store, transport)
        await with.round()
        #expect(transport.sent.isEmpty)
        #expect(await with.release())
        await with.round()
        #expect(transport.sent.count == 45)
        #expect(try await letters(opened.store).allSatisfy { $0.state == .sent(at: clock.now()) && $0.attempts == 1 })
    }

    @Test func `a held password that was read does not leave any more`() async throws {
        let opened = try await TestStore.open()
        let now = clock.now()
        try await enqueue(EveryLetter.all()[1], in: opened.store)
        await (try worker(opened.store, nil)).round()
        let id = try await letter(opened.store).id
        let store: any Store = opened.store
        try await store.note { (store) throws(Refusal) in try store.markRead(id, at: now) }
        let transport = ScriptedTransport()
        let worker = try worker(opened.store, transport)
        #expect(await worker.release())
        await worker.round()
        #expect(transport.sent.isEmpty)
        #expect(try await letter(opened.store).state == .held)
    }

    @Test func `a process that dies with a letter in hand sends it once more, when the claim is over`() async throws {
        let opened = try await TestStore.open()
        try await enqueue(test, in: opened.store)
        let id = try await letter(opened.store).id
        // What the dead process did: it claimed, the server took it, nothing was recorded.
        #expect(try await Outbox(store: opened.store).claim(id, at: clock.now()) != nil)

        let transport = ScriptedTransport()
        let worker = try worker(opened.store, transport)
        await worker.round()
        clock.advance(by: Outbox.lease - .seconds(1))
        await worker.round()
        #expect(transport.sent.isEmpty)
        clock.advance(by: .seconds(1))
        await worker.round()
        await worker.round()
        #expect(transport.sent.count == 1)
        #expect(try await letter(opened.store).state == .sent(at: clock.now()))
    }

    @Test func `two workers at one database send every letter once, at most two at a time each`() async throws {
        let opened = try await TestStore.open()
        for number in 0..<30 { try await enqueue(test, to: "u\(number)@example.com", in: opened.store) }
        let transports = [ScriptedTransport(), ScriptedTransport()]
        let workers = try transports.map { try worker(opened.store, $0) }
        await withTaskGroup(of: Void.self) { group in
            for worker in workers { group.addTask { await worker.round() } }
        }
        #expect(transports.flatMap(\.sent).map(\.to).sorted() == (0..<30).map { "u\($0)@example.com" }.sorted())
        #expect(transports.allSatisfy { $0.mostUnderway <= 2 })
    }

    @Test(.timeLimit(.minutes(1))) func `a running worker sends what is there, and what comes when it is woken`() async throws {
        let opened = try await TestStore.open()
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let worker = try worker(opened.store, ScriptedTransport { arrival.yield() })
        try await enqueue(test, in: opened.store)
        let running = Task { await worker.run() }
        var arrived = arrivals.makeAsyncIterator()
        await arrived.next()
        try await enqueue(test, in: opened.store)
        worker.wake()
        await arrived.next()
        running.cancel()
        await running.value
        #expect(try await letters(opened.store).allSatisfy { $0.state == .sent(at: clock.now()) })
    }

    @Test(.timeLimit(.minutes(1))) func `a letter that the server has taken is settled although the process is told to stop`() async throws {
        let opened = try await TestStore.open()
        let running = Mutex<Task<Void, Never>?>(nil)
        let transport = ScriptedTransport { running.withLock { $0?.cancel() } }
        let worker = try worker(opened.store, transport)
        for _ in 0..<10 { try await enqueue(test, in: opened.store) }
        let task = running.withLock { running in
            let task = Task { await worker.run() }
            running = task
            return task
        }
        await task.value
        #expect(!transport.wasCancelled)
        let states = try await letters(opened.store).map(\.state)
        // Every other one is still due: none was claimed and left alone.
        #expect(states.filter { $0 == .sent(at: clock.now()) }.count == transport.sent.count && (1...3).contains(transport.sent.count))
        #expect(states.filter { $0 == .queued(next: clock.now()) }.count == 10 - transport.sent.count)
    }

    @Test func `the log has neither secrets nor addresses in it`() async throws {
        let opened = try await TestStore.open()
        for letter in EveryLetter.all() { try await enqueue(letter, in: opened.store) }
        let outcomes: [MailOutcome] = [
            .tryLater(reply: "451 <jo@example.com> later"), .refusedForGood(reply: "550 <jo@example.com> unknown"), .accepted(reply: "250 ok"),
        ]
        await (try worker(opened.store, ScriptedTransport(outcomes))).round()
        let said = log.lines.joined(separator: "\n")
        #expect(log.lines.count == EveryLetter.all().count && said.contains("preparedPassword"))
        for secret in [EveryLetter.token, EveryLetter.password, "jo@", "example.com", "Jo", "jdoe"] { #expect(!said.contains(secret)) }
    }

    @Test func `when the store does not answer nothing is sent`() async throws {
        let opened = try await TestStore.open()
        for _ in 0..<5 { try await enqueue(test, in: opened.store) }
        let transport = ScriptedTransport()
        let worker = try worker(BrokenStore(opened.store, notes: 0), transport)
        await worker.round()
        #expect(transport.sent.isEmpty && log.lines.count <= 2)
        #expect(await !worker.release())
    }

    @Test func `when an outcome cannot be written the letter is not sent again and again`() async throws {
        let opened = try await TestStore.open()
        try await enqueue(test, in: opened.store)
        let transport = ScriptedTransport()
        let worker = try worker(BrokenStore(opened.store, notes: 1), transport)
        for _ in 0..<5 { await worker.round() }
        #expect(transport.sent.count == 1)
        #expect(try await letter(opened.store).state == .queued(next: clock.now() + Outbox.lease))
    }
}
