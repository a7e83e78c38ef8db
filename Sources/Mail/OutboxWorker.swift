import Domain
public import Logging
public import Ports
public import Secrets
public import ServiceLifecycle

/// Takes letters out of the outbox to the mail server, as long as the process runs.
///
/// Every letter leaves **at least once**. A letter is claimed before it is sent and settled after the server has answered; if the process dies
/// between the two, the claim runs out and the letter is sent once more. The other order would lose letters, and a lost link or password costs
/// its reader more than a second copy: both copies carry the same link, which works once.
///
/// ```
/// queued ── claim ──▶ being sent ── accepted ─────────────▶ sent
///   ▲  ▲                │  │  └──── refused for good ─────▶ failed
///   │  └── claim over ──┘  └── try later, RetryRule: again / give up ──▶ failed
///   └──────────────────────────────────┘ again
/// ```
///
/// Without a mail server every letter that is due is held, and an operator reads it. Held letters that still say something are released when
/// the worker starts with a mail server. The log tells ids and kinds, nothing of what a letter says or to whom.
public final class OutboxWorker: Service {
    private let outbox: Outbox
    private let writer: LetterWriter
    private let transport: (any MailTransport)?
    private let sender: Mailbox
    private let clock: any WallClock
    private let entropy: any Entropy
    private let logger: Logger
    private let pause: Duration
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// Letters on their way at the same time.
    static let atOnce = 2

    /// - Parameters:
    ///   - transport: the mail server; `nil` when none is configured.
    ///   - sender: whom letters come from, in the envelope too.
    ///   - pause: between two looks at the outbox; `wake` cuts it short.
    public init(
        store: any Store, writer: LetterWriter, transport: (any MailTransport)?, sender: Mailbox, clock: any WallClock, entropy: any Entropy,
        logger: Logger, pause: Duration = .seconds(1)
    ) {
        outbox = Outbox(store: store)
        self.writer = writer
        self.transport = transport
        self.sender = sender
        self.clock = clock
        self.entropy = entropy
        self.logger = logger
        self.pause = pause
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Looks at the outbox now. Cheap, never waits, may be called from anywhere: after a commit, say.
    public func wake() { signal.yield() }

    /// Runs until the task is cancelled or the process shuts down; what is on its way then is settled first. To be called once.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.tick() }
                await self.work()
                group.cancelAll()
            }
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            signal.yield()
            // Ends early only when the task is cancelled, which the loop looks at next.
            try? await Task.sleep(for: pause)
        }
    }

    private func work() async {
        var released = transport == nil
        for await _ in signals {
            if !released { released = await release() }
            await round()
        }
    }

    /// Whether it was done; else the next round tries again.
    func release() async -> Bool {
        do {
            let count = try await outbox.release(at: clock.now())
            if count > 0 { logger.notice("held letters leave now", metadata: ["letters": "\(count)"]) }
            return true
        } catch {
            logger.error("the outbox could not be read")
            return false
        }
    }

    /// Everything that is due now. Ends early when the store does not answer, or the task is cancelled.
    func round() async {
        var goesOn = true
        while goesOn, !Task.isCancelled {
            do {
                if let transport {
                    let due = try await outbox.due(clock.now())
                    goesOn = await deliver(due, by: transport) && due.count == Outbox.batch
                } else {
                    goesOn = try await outbox.hold(at: clock.now()) == Outbox.batch
                }
            } catch {
                logger.error("the outbox could not be read")
                goesOn = false
            }
        }
    }

    /// Whether the store took every letter's claim and outcome.
    private func deliver(_ letters: [OutboxLetter], by transport: any MailTransport) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            var isWell = true
            for (index, letter) in letters.enumerated() {
                if index >= Self.atOnce, await group.next() == false { isWell = false }
                if !isWell || Task.isCancelled { break }
                group.addTask { await self.deliver(letter, by: transport) }
            }
            for await result in group where !result { isWell = false }
            return isWell
        }
    }

    /// From claim to outcome, not to be cancelled in between: a letter that the server has taken is settled even while the process shuts down.
    private func deliver(_ letter: OutboxLetter, by transport: any MailTransport) async -> Bool {
        await Task {
            do {
                guard let claimed = try await self.outbox.claim(letter.id, at: self.clock.now()) else { return true }
                let outcome = await transport.send(
                    from: self.sender.address.text, to: claimed.letter.to.text, message: self.message(claimed, at: self.clock.now()))
                try await self.settle(claimed.letter, outcome, at: self.clock.now())
                return true
            } catch {
                self.logger.error("a letter's state could not be written", metadata: Self.metadata(letter))
                return false
            }
        }.value
    }

    private func message(_ claimed: Outbox.Claimed, at now: Instant) -> [UInt8] {
        let letter = claimed.letter
        let words = writer.render(claimed.content, to: letter.to, id: letter.id, writtenAt: letter.createdAt, settings: claimed.settings)
        return MIMEMessage(words, from: sender, to: letter.to, id: letter.id, at: now, host: writer.host, entropy: entropy).bytes
    }

    private func settle(_ letter: OutboxLetter, _ outcome: MailOutcome, at now: Instant) async throws(Refusal) {
        let metadata = Self.metadata(letter)
        switch outcome {
        case .accepted(let reply):
            try await outbox.record(.accepted(reply: ReplyText.of(reply)), for: letter.id, at: now)
            logger.info("letter sent", metadata: metadata)
        case .refusedForGood(let reply):
            try await outbox.record(.givenUp(reply: ReplyText.of(reply)), for: letter.id, at: now)
            logger.warning("letter refused for good", metadata: metadata)
        case .tryLater(let reply):
            if let next = RetryRule.next(attempts: letter.attempts + 1, createdAt: letter.createdAt, now: now) {
                try await outbox.record(.tryAgain(at: next, reply: ReplyText.of(reply)), for: letter.id, at: now)
                logger.notice("letter not sent yet", metadata: metadata)
            } else {
                try await outbox.record(.givenUp(reply: ReplyText.of(reply)), for: letter.id, at: now)
                logger.warning("letter given up", metadata: metadata)
            }
        }
    }

    private static func metadata(_ letter: OutboxLetter) -> Logger.Metadata {
        ["letter": "\(letter.id)", "kind": "\(letter.kind.rawValue)", "attempt": "\(letter.attempts + 1)"]
    }
}
