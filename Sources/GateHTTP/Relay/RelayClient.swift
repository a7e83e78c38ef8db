import Catalogue
import Domain
import Gate
import HTTPSupport
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Operations

/// One client's connection to the reverse proxy, as the lane sees it: judges its requests, writes them as the upstream gets them, and the
/// answers as the client gets them.
final class RelayClient: QuickConnection {
    private let lane: RelayLane
    private let pools: RelayPools
    private let peer: IPAddress
    private let address: String
    private var host = LastHost()
    private var client = LastClient()
    /// Host and the fields about this hop, as the last Host made them.
    private var hop = RelayHop()
    private var marks: AnswerMarks

    private var pool: RelayPool?
    private var upstream: RelayUpstream?
    private var way: (any LaneWay)?
    /// The request under way, as the upstream gets it.
    private var request = ByteBuffer()
    /// What of the answer has not been handed to the way.
    private var unsent = ByteBuffer()
    private var note = RelayNote()
    private var isHead = false
    private var hasBody = false
    /// Whether the answer has begun.
    private var isAnswered = false
    private var isChunked = false

    /// Whether the request may be sent once more when its connection turns out to be closed: it changes nothing.
    private(set) var mayRepeat = false

    /// When the whole answer must have come; nil: whenever.
    private(set) var wholeEnd: NIODeadline?

    /// Shorter parts of a body are put behind what is waiting, so that they go out in one piece.
    private static let shortPart = 8192

    init(_ lane: RelayLane, _ pools: RelayPools, peer: IPAddress) {
        self.lane = lane
        self.pools = pools
        self.peer = peer
        address = peer.description
        marks = AnswerMarks(lane.entropy)
    }

    // MARK: The request

    func answer(_ request: borrowing QuickRequest, in bytes: Span<UInt8>, now: Instant, into _: inout ByteBuffer) -> QuickAnswer {
        guard request.isASCII, request.target.count <= DoorLimits.targetBytes, let method = Method(plain: bytes, request.method),
            // Of others the parser has its own opinion.
            Method.common.contains(method), lane.policy.methods?.contains(method) != false,
            let path = try? CanonicalPath(parsing: bytes.bytes(request.target)),  // the ordinary way says what is wrong with it
            let pool = pools.pool(for: path), pool.hasRoom, Int64(request.body.count) <= pool.settings.bodyLimit ?? .max, lane.ownPaths?(path) != true
        else { return .notOurs }
        self.request.clear()
        writeRequestLine(request, bytes, path)
        guard let credentials = writeFields(request, bytes, keepsAuthorization: pool.settings.keepsAuthorization),
            let passport = lane.judge.passWarm(
                bytes.extracting(credentials.range), method, path, address: address, now: now, door: .proxy,
                client: client.read(bytes, credentials.program))
        else { return .notOurs }
        writeOurs(passport, method, bytes.extracting(request.body))
        self.pool = pool
        isHead = method == .head
        hasBody = !request.body.isEmpty
        mayRepeat = !hasBody && (method == .get || isHead || method == .options)
        note = lane.log.isOn ? RelayNote(method: method.rawValue, path: path.text, begun: .now) : RelayNote()
        return .underWay
    }

    private func writeRequestLine(_ request: borrowing QuickRequest, _ bytes: Span<UInt8>, _ path: CanonicalPath) {
        self.request.write(bytes, request.method)
        self.request.writeInteger(UInt8(ascii: " "))
        if ProxyTarget.standsBare(bytes, request.target) {
            self.request.write(bytes, request.target)
        } else {
            let target = String(decoding: bytes.bytes(request.target), as: UTF8.self)
            let query = target.firstIndex(of: "?").map { target[$0...] } ?? ""
            self.request.writeString(ProxyTarget.valid(path.text + query))
        }
        self.request.writeStaticString(" HTTP/1.1\r\n")
    }

    /// Writes the client's fields, but for those that are ours to say. Returns where the credentials lie, and where the program says
    /// what it is; nil when something is missing or not plain.
    private func writeFields(
        _ request: borrowing QuickRequest, _ bytes: Span<UInt8>, keepsAuthorization: Bool
    ) -> (range: Range<Int>, program: Range<Int>?)? {
        var credentials: Range<Int>?
        var program: Range<Int>?
        var hasHost = false
        for index in 0..<request.fieldCount {
            let (name, value) = (request.name(index), request.value(index))
            switch RelayRequestField(bytes, name) {
            case .dropped: continue
            case .passes: if program == nil, bytes.spells("user-agent", name) { program = value }
            case .cookie: return nil
            case .host:
                guard !hasHost, let host = host.read(bytes, value), lane.policy.serves(host) else { return nil }
                hasHost = true
                continue
            case .authorization:
                guard credentials == nil else { return nil }
                credentials = value
                guard keepsAuthorization else { continue }
            }
            self.request.writeField(bytes, name, value)
        }
        return hasHost ? credentials.map { ($0, program) } : nil
    }

    /// Everything that the upstream is told by us, and the body.
    private func writeOurs(_ passport: Passport, _ method: Method, _ body: Span<UInt8>) {
        if let host = host.host { hop.write(host: host, client: peer, into: &request) }
        marks.writeID(into: &request)
        request.writeIdentity(passport)
        marks.repeatID(into: &request)
        if body.isEmpty {
            let takesBody = method != .get && method != .head && method != .delete
            request.writeStaticString(takesBody ? "\r\nContent-Length: 0\r\n\r\n" : "\r\n\r\n")
        } else {
            request.writeString("\r\nContent-Length: \(body.count)\r\n\r\n")
            request.write(body, 0..<body.count)
        }
    }

    // MARK: There

    /// Who closes waits no more: the upstream need not go on.
    var outlivesInput: Bool { false }

    func begin(_ way: any LaneWay) {
        self.way = way
        isAnswered = false
        isChunked = false
        unsent.clear()
        wholeEnd = pool?.settings.wholeTimeout.map { .now() + TimeAmount($0) }
        if let unused = pool?.unused() { send(over: unused) } else { connect() }
    }

    /// The connection that was used had been closed before the request came.
    func again() { connect() }

    private func connect() {
        upstream = nil
        pool?.connect { [self] result in
            switch result {
            case .success(let upstream): if way == nil { upstream.forsake() } else { send(over: upstream) }
            case .failure(let error): if way != nil { failed(ProxyFailure(connecting: error)) }
            }
        }
    }

    private func send(over upstream: RelayUpstream) {
        self.upstream = upstream
        upstream.send(request, for: self, isHead: isHead, hasBody: hasBody)
    }

    // MARK: Back

    /// The header of a plain answer.
    func answered(_ answer: borrowing AnswerScanner, in bytes: Span<UInt8>) {
        isAnswered = true
        unsent.writeHeader(answer, in: bytes, &marks, now: lane.now())
        note.write(status: answer.status, marks.lastID, peer, to: lane.log)
    }

    /// The header of any other answer, with a status of 200 or more.
    func answered(_ head: HTTPResponseHead) {
        isAnswered = true
        isChunked = unsent.writeHeader(head, isHead: isHead, &marks, now: lane.now())
        note.write(status: Int(head.status.code), marks.lastID, peer, to: lane.log)
    }

    func passBody(_ part: ByteBuffer) {
        guard part.readableBytes > 0 else { return }
        if isChunked {
            unsent.writeString(String(part.readableBytes, radix: 16))
            unsent.writeStaticString("\r\n")
            unsent.writeImmutableBuffer(part)
            unsent.writeStaticString("\r\n")
        } else if part.readableBytes <= Self.shortPart {
            unsent.writeImmutableBuffer(part)
        } else {
            handOver()
            way?.write(part)
        }
    }

    /// Everything that came together has been passed on.
    func flush() {
        handOver()
        guard let way else { return }
        way.flush()
        if !way.isWritable { upstream?.hold() }
    }

    func finished() {
        if isChunked { unsent.writeStaticString("0\r\n\r\n") }
        end()
    }

    private func end() {
        handOver()
        let way = way
        self.way = nil
        upstream = nil
        way?.flush()
        way?.end()
    }

    private func handOver() {
        guard unsent.readableBytes > 0 else { return }
        way?.write(unsent)
        unsent.clear()
    }

    func failed(_ failure: ProxyFailure) {
        upstream = nil
        guard !isAnswered else {
            // The answer stays without its end, which is what the client is to see.
            handOver()
            let way = way
            self.way = nil
            way?.flush()
            way?.breakOff()
            return
        }
        isAnswered = true
        let id = marks.lastID
        lane.logger.warning("upstream", metadata: ["reason": .string(failure.reason), "request_id": .string(id.text)])
        unsent.writeFailure(failure, asked: RelayedRequestFields.read(request), id, isHead: isHead, &marks, now: lane.now())
        note.write(status: failure.status.code, id, peer, to: lane.log)
        end()
    }

    // MARK: The client

    func clientTakes() { upstream?.readOn() }

    func clientLeft() {
        way = nil
        let upstream = upstream
        self.upstream = nil
        upstream?.forsake()
    }
}
