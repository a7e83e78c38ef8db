import Catalogue
public import Domain
import Gate
public import HTTPSupport
import HTTPTypes
public import NIOCore
public import Operations
public import Ports
public import Secrets

/// The questions of proxies that can be answered at once: a plain question whose credential is remembered and whose answer is a pass.
/// Refusals, first uses and everything unusual go the ordinary way, through `ForwardAuthRoutes`, and the answers are the same byte for
/// byte.
public struct ForwardAuthLane: QuickResponder {
    private let judge: Judge
    private let peers: GatePeers
    private let clock: any WallClock
    private let entropy: any Entropy
    private let log: RequestLog

    public init(_ judge: Judge, peers: GatePeers = .loopback, clock: any WallClock, entropy: any Entropy, log: RequestLog) {
        self.judge = judge
        self.peers = peers
        self.clock = clock
        self.entropy = entropy
        self.log = log
    }

    public func connection(from peer: IPAddress?, on _: any EventLoop) -> (any QuickConnection)? {
        peers.trusts(peer) ? QuickQuestions(judge, entropy, log, peer: peer) : nil
    }

    public var longestBody: Int { 0 }

    public func now() -> Instant { clock.now() }
}

/// The quick answers of one proxy's connection.
final class QuickQuestions: QuickConnection {
    private let judge: Judge
    private let log: RequestLog
    private let peer: IPAddress?
    private var marks: AnswerMarks
    private var host = LastHost()
    private var client = LastClient()

    init(_ judge: Judge, _ entropy: any Entropy, _ log: RequestLog, peer: IPAddress?) {
        self.judge = judge
        self.log = log
        self.peer = peer
        marks = AnswerMarks(entropy)
    }

    func answer(_ request: borrowing QuickRequest, in bytes: Span<UInt8>, now: Instant, into answers: inout ByteBuffer) -> QuickAnswer {
        guard bytes.equals("GET", request.method), let form = PlainQuestion.forms.first(where: { bytes.equals($0.path, request.target) }),
            let question = PlainQuestion(form, request, in: bytes), host.read(bytes, question.host) != nil,
            question.target.count <= DoorLimits.targetBytes,
            let method = Method(plain: bytes, question.method), let address = form.client(bytes, question.client),
            let path = path(bytes, question.target),
            let passport = judge.passWarm(
                bytes.extracting(question.authorization), method, path, address: address, now: now, door: form.door,
                client: client.read(bytes, question.program))
        else { return .notOurs }
        write(passport, now, into: &answers)
        if log.isOn { log.writeQuick(id: marks.lastID, path: String(decoding: form.path, as: UTF8.self), client: peer) }
        return .written
    }

    /// What is wrong with one that is none, the ordinary way says.
    private func path(_ bytes: Span<UInt8>, _ target: Range<Int>) -> CanonicalPath? {
        CanonicalPath(plain: bytes.extracting(target)) ?? (try? CanonicalPath(parsing: bytes.bytes(target)))
    }

    // No answer is ever under way.
    func begin(_: any LaneWay) {}
    func clientTakes() {}
    func clientLeft() {}

    /// As `ForwardAuthRoutes`, `FrontDoor` and the encoder write it between them.
    private func write(_ passport: Passport, _ now: Instant, into answers: inout ByteBuffer) {
        answers.write(atMost: 128 + AnswerPen.room(for: passport) + AnswerMarks.room) { pen in
            pen.write("HTTP/1.1 200 OK")
            pen.writeIdentity(passport)
            marks.writeID(with: &pen)
            pen.write("\r\nContent-Length: 0\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nDate: ")
            marks.writeDate(now, with: &pen)
            pen.write("\r\n\r\n")
        }
    }
}

/// A question whose every field is there exactly once.
private struct PlainQuestion {
    /// What one kind of proxy writes, in bytes; names in lower case.
    final class Form: Sendable {
        let door: GateDoor
        let path: [UInt8]
        let method: [UInt8]
        let target: [UInt8]
        let clientName: [UInt8]
        let isLastHop: Bool

        /// `nil` for a proxy that asks in another way than by a GET of one path.
        init?(_ proxy: ForwardingProxy) {
            guard case .headers(let methodName, let targetName) = proxy.form.asked else { return nil }
            door = proxy.door
            path = Array(proxy.form.path.utf8)
            method = Array(methodName.canonicalName.utf8)
            target = Array(targetName.canonicalName.utf8)
            switch proxy.form.client {
            case .address(let name):
                clientName = Array(name.canonicalName.utf8)
                isLastHop = false
            case .lastHop(let name):
                clientName = Array(name.canonicalName.utf8)
                isLastHop = true
            }
        }

        /// The client's address in its one spelling; `nil` for what is none.
        func client(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String? {
            var start = range.lowerBound
            if isLastHop {
                for index in range where bytes[index] == UInt8(ascii: ",") { start = index + 1 }
                while start < range.upperBound, bytes[start] == 0x20 { start += 1 }
            }
            guard range.upperBound - start <= 64 else { return nil }
            return IPAddress.text(bytes, start..<range.upperBound)
        }
    }

    static let forms = ForwardingProxy.allCases.compactMap(Form.init)

    let host: Range<Int>
    let authorization: Range<Int>
    let method: Range<Int>
    let target: Range<Int>
    let client: Range<Int>
    /// What the program says of itself; the first, if it does so twice.
    let program: Range<Int>?

    init?(_ form: Form, _ request: borrowing QuickRequest, in bytes: Span<UInt8>) {
        var host: Range<Int>?
        var authorization: Range<Int>?
        var method: Range<Int>?
        var target: Range<Int>?
        var client: Range<Int>?
        var program: Range<Int>?
        func take(_ value: Range<Int>, _ place: inout Range<Int>?) -> Bool {
            defer { place = value }
            return place == nil
        }
        for index in 0..<request.fieldCount {
            let name = request.name(index)
            let value = request.value(index)
            let isFirst =
                if name.count == 4, bytes.spells("host", name) {
                    take(value, &host)
                } else if name.count == 13, bytes.spells("authorization", name) {
                    take(value, &authorization)
                } else if bytes.spells(form.method, name) {
                    take(value, &method)
                } else if bytes.spells(form.target, name) {
                    take(value, &target)
                } else if bytes.spells(form.clientName, name) {
                    take(value, &client)
                } else {
                    true
                }
            if name.count == 10, program == nil, bytes.spells("user-agent", name) { program = value }
            guard isFirst else { return nil }
        }
        guard let host, let authorization, let method, let target, let client else { return nil }
        self.host = host
        self.authorization = authorization
        self.method = method
        self.target = target
        self.client = client
        self.program = program
    }
}
