import Catalogue
public import Domain
import Gate
public import HTTPSupport
import HTTPTypes
public import NIOCore
public import Operations
public import Ports
public import Secrets

/// The plain questions of proxies. Whose credential is remembered is answered at once, passed or refused; for everybody else the listener
/// gets an errand, and the connection waits. Everything unusual goes the ordinary way, through `ForwardAuthRoutes`, and the answers are the
/// same byte for byte.
public struct ForwardAuthLane: QuickResponder {
    private let desk: QuestionDesk
    private let peers: GatePeers
    private let entropy: any Entropy

    public init(
        _ judge: Judge, catalogue: CurrentCatalogue, peers: GatePeers = .loopback, clock: any WallClock, entropy: any Entropy, log: RequestLog
    ) {
        desk = QuestionDesk(judge: judge, catalogue: catalogue, clock: clock, errands: LaneErrands(), log: log)
        self.peers = peers
        self.entropy = entropy
    }

    public func connection(from peer: IPAddress?, on loop: any EventLoop) -> (any QuickConnection)? {
        peers.trusts(peer) ? QuickQuestions(desk, entropy, peer: peer, on: loop) : nil
    }

    public var longestBody: Int { 0 }

    public func now() -> Instant { desk.clock.now() }

    public var errands: LaneErrands? { desk.errands }
}

/// The quick answers of one proxy's connection.
final class QuickQuestions: QuickConnection {
    private let desk: QuestionDesk
    private let peer: IPAddress?
    private let loop: any EventLoop
    private var marks: AnswerMarks
    private var host = LastHost()
    private var client = LastClient()
    /// What `begin` is to answer.
    private var open: OpenQuestion?
    /// The way of the answer that is being found; nil when nobody waits for one.
    private var way: (any LaneWay)?

    init(_ desk: QuestionDesk, _ entropy: any Entropy, peer: IPAddress?, on loop: any EventLoop) {
        self.desk = desk
        self.peer = peer
        self.loop = loop
        marks = AnswerMarks(entropy)
    }

    func answer(_ request: borrowing QuickRequest, in bytes: Span<UInt8>, now: Instant, into answers: inout ByteBuffer) -> QuickAnswer {
        guard bytes.equals("GET", request.method), let form = PlainQuestion.forms.first(where: { bytes.equals($0.path, request.target) }),
            let question = PlainQuestion(form, request, in: bytes), host.read(bytes, question.host) != nil,
            question.target.count <= DoorLimits.targetBytes,
            let method = Method(plain: bytes, question.method), let address = form.client(bytes, question.client),
            let path = target(bytes, question.target)
        else { return .notOurs }
        let program = client.read(bytes, question.program)
        if let authorization = question.authorization,
            let passport = desk.judge.passWarm(
                bytes.extracting(authorization), method, path, address: address, now: now, door: form.proxy.door, client: program)
        {
            write(passport, now, into: &answers)
            if desk.log.isOn { write(form.proxy, .ok, id: marks.lastID) }
            return .written
        }
        guard request.isASCII else { return .notOurs }
        marks.drawID()
        let open = OpenQuestion(
            proxy: form.proxy,
            call: APICall(
                method: method, path: path, authorization: question.authorization.map { bytes.bytes($0) }, address: address, now: now,
                requestID: marks.lastID.text, door: form.proxy.door, client: program),
            requestID: marks.lastID, format: OpenQuestion.format(request, in: bytes))
        guard let decision = desk.judge.judgeWarm(open.call) else {
            self.open = open
            return .underWay
        }
        write(open, open.answer(decision, desk), into: &answers)
        return .written
    }

    /// What is wrong with one that is none, the ordinary way says.
    private func target(_ bytes: Span<UInt8>, _ range: Range<Int>) -> CanonicalPath? {
        CanonicalPath(plain: bytes.extracting(range)) ?? (try? CanonicalPath(parsing: bytes.bytes(range)))
    }

    var outlivesInput: Bool { true }

    func begin(_ way: any LaneWay) {
        guard let question = open else { return way.end() }
        open = nil
        self.way = way
        let bound = NIOLoopBound(self, eventLoop: loop)
        desk.errands.add { [desk, loop] in
            let answer = question.answer(await desk.judge.judge(question.call), desk)
            loop.execute {
                guard let way = bound.value.way else { return }
                bound.value.way = nil
                var bytes = ByteBuffer()
                bound.value.write(question, answer, into: &bytes)
                way.write(bytes)
                way.flush()
                way.end()
            }
        }
    }

    private func write(_ question: OpenQuestion, _ answer: WholeAnswer, into bytes: inout ByteBuffer) {
        answer.write(into: &bytes)
        if desk.log.isOn { write(question.proxy, answer.status, id: question.requestID, took: .now - question.begun) }
    }

    private func write(_ proxy: ForwardingProxy, _ status: HTTPResponse.Status, id: RequestID, took: Duration = .zero) {
        desk.log.writeQuick(id: id, path: proxy.form.path, status: status, took: took, client: peer)
    }

    func clientTakes() {}

    // The connection takes no further request, so that the answer to an earlier one never finds the way of a later one.
    func clientLeft() { way = nil }

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

/// A question whose every field is there exactly once, but for credentials, which may be missing.
private struct PlainQuestion {
    /// What one kind of proxy writes, in bytes; names in lower case.
    final class Form: Sendable {
        let proxy: ForwardingProxy
        let path: [UInt8]
        let method: [UInt8]
        let target: [UInt8]
        let clientName: [UInt8]
        let isLastHop: Bool

        /// `nil` for a proxy that asks in another way than by a GET of one path.
        init?(_ proxy: ForwardingProxy) {
            guard case .headers(let methodName, let targetName) = proxy.form.asked else { return nil }
            self.proxy = proxy
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
    let authorization: Range<Int>?
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
        guard let host, let method, let target, let client else { return nil }
        self.host = host
        self.authorization = authorization
        self.method = method
        self.target = target
        self.client = client
        self.program = program
    }
}
