import Glibc

/// What became of a letter that was handed to the mail server.
public enum SMTPOutcome: Hashable, Sendable {
    /// The server has taken it; its words.
    case accepted(reply: String)
    /// The server will never take this letter (5xx to the sender, the recipient or the letter itself), or no server could: an impossible address.
    case refusedForGood(reply: String)
    /// Anything that may pass: 4xx, no connection, no trust in the certificate, a refused sign-in, silence. The letter may have arrived if the
    /// connection broke after it was sent.
    case tryLater(reply: String)
}

/// Hands letters to a mail server by SMTP (RFC 5321), one connection for each.
public struct SMTPTransport: Sendable {
    private let settings: SMTPSettings

    public init(_ settings: SMTPSettings) {
        self.settings = settings
    }

    /// Sends one letter to one recipient. Line ends of `message` become CRLF whatever they were, so nothing in it can end the letter early.
    /// Works on a thread of its own: waiting for a mail server must hold up nobody else.
    public func send(from sender: String, to recipient: String, message: [UInt8]) async -> SMTPOutcome {
        guard Self.isMailable(sender) else { return .refusedForGood(reply: "The sender's address cannot be used in a mail envelope.") }
        guard Self.isMailable(recipient) else { return .refusedForGood(reply: "The recipient's address cannot be used in a mail envelope.") }
        let settings = settings
        return await withCheckedContinuation { continuation in
            let isStarted = DetachedThread.run {
                let exchange = SMTPExchange(message: Self.withNetworkLineEnds(message))
                continuation.resume(returning: exchange.perform(settings, from: sender, to: recipient))
            }
            if !isStarted { continuation.resume(returning: .tryLater(reply: "No thread could be started to send it.")) }
        }
    }

    /// Printable ASCII without what could end an address or a command early.
    static func isMailable(_ address: String) -> Bool {
        (3...254).contains(address.utf8.count) && address.utf8.contains(UInt8(ascii: "@"))
            && address.utf8.allSatisfy { letter in
                (0x21...0x7E).contains(letter) && letter != UInt8(ascii: "<") && letter != UInt8(ascii: ">")
            }
    }

    /// CRLF for every CRLF, lone CR and lone LF: what servers disagree about is how letters are smuggled into one another.
    static func withNetworkLineEnds(_ message: [UInt8]) -> [UInt8] {
        let carriageReturn: UInt8 = 0x0D
        let lineFeed: UInt8 = 0x0A
        var lines: [UInt8] = []
        lines.reserveCapacity(message.count + message.count / 32)
        var previous: UInt8 = 0
        for byte in message {
            switch byte {
            case carriageReturn: lines += [carriageReturn, lineFeed]
            case lineFeed: if previous != carriageReturn { lines += [carriageReturn, lineFeed] }
            default: lines.append(byte)
            }
            previous = byte
        }
        return lines
    }
}

/// A thread for one piece of work that waits.
private enum DetachedThread {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// False if the system gives no thread; `body` is not called then.
    static func run(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(Work(body))
        let status = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            unsafe context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
