import Hummingbird
import NIOCore
import NIOHTTP1

/// Stands between the HTTP/1 parser and everything above it, where what was really sent can still be seen. It
/// - closes connections whose request header is not complete in time,
/// - answers what the parser refused in words (431 where the header was too large),
/// - marks targets that name another host than Host does,
/// - reads nothing after a request that asks for another protocol: the parser would take it for that protocol's and keep it all,
/// - answers HTTP/1.0 as such, sends `100 Continue` when the body is wanted, and closes connections after answers that say so.
final class HTTP1GuardHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Sent down the pipeline by whoever begins to read the body.
    struct BodyWanted: Sendable {}

    private struct Exchange {
        let version: HTTPVersion
        var keepAlive: Bool
        let isHead: Bool
        var expectsContinue: Bool
        let wantsUpgrade: Bool
    }

    private let headerTimeout: TimeAmount
    private var onFirstRequest: (() -> Void)?
    /// Requests whose answer is not complete, oldest first.
    private var exchanges = CircularBuffer<Exchange>()
    private var isReadingBody = false
    private var isClosing = false
    /// A request to change the protocol has been read to its end.
    private var isHolding = false
    /// Bytes of a body that came after its request had been answered.
    private var discarded = 0
    private var headerDeadline: Scheduled<Void>?
    private var lingerDeadline: Scheduled<Void>?

    init(headerTimeout: TimeAmount, onFirstRequest: (() -> Void)? = nil) {
        self.headerTimeout = headerTimeout
        self.onFirstRequest = onFirstRequest
    }

    func handlerAdded(context: ChannelHandlerContext) { startHeaderDeadline(context) }

    func handlerRemoved(context: ChannelHandlerContext) { cancelDeadlines() }

    func channelInactive(context: ChannelHandlerContext) {
        cancelDeadlines()
        context.fireChannelInactive()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head) where Self.isBadlyFramed(head):
            refuse(context, .unknown)
        case .head(var head):
            onFirstRequest?()
            onFirstRequest = nil
            headerDeadline?.cancel()
            headerDeadline = nil
            isReadingBody = true
            discarded = 0
            let expects = head.version == .http1_1 && head.headers["Expect"].contains { $0.lowercased() == "100-continue" }
            let wantsUpgrade = Self.wantsUpgrade(head)
            exchanges.append(
                Exchange(
                    version: head.version, keepAlive: head.isKeepAlive && !wantsUpgrade, isHead: head.method == .HEAD, expectsContinue: expects,
                    wantsUpgrade: wantsUpgrade))
            // RFC 9110, section 7.8: not for HTTP/1.0.
            if head.version != .http1_1 { head.headers.remove(name: "Upgrade") }
            head.uri = Self.originForm(of: head)
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let part):
            context.fireChannelRead(data)
            if exchanges.isEmpty { discard(context, part.readableBytes) }
        case .end:
            isReadingBody = false
            if exchanges.last?.wantsUpgrade == true { isHolding = true }
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes came and no request is under way: they are the beginning of one.
        if exchanges.isEmpty, !isReadingBody, !isClosing, headerDeadline == nil { startHeaderDeadline(context) }
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let fault = error as? HTTPParserError, !isClosing, fault != .invalidEOFState else {
            context.fireErrorCaught(error)
            return
        }
        switch (exchanges.last, isReadingBody) {
        case (nil, false): refuse(context, fault)
        case (nil, true): linger(context)
        case (.some, true):
            // Whoever reads the body answers; nothing can follow that answer.
            exchanges[exchanges.index(before: exchanges.endIndex)].keepAlive = false
            context.fireErrorCaught(error)
        case (.some, false): context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isClosing, case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Out

    func read(context: ChannelHandlerContext) {
        if !isHolding { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            if var exchange = exchanges.first {
                head.version = exchange.version == .http1_0 ? .http1_0 : .http1_1
                if head.headers["Connection"].contains(where: { $0.lowercased() == "close" }) { exchange.keepAlive = false }
                if !exchange.keepAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
                exchange.expectsContinue = false
                exchanges[exchanges.startIndex] = exchange
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .head, .body:
            context.write(data, promise: promise)
        case .end:
            let finished = exchanges.popFirst()
            if finished?.isHead == true {
                // The encoder does not know that this answer has no body, and would end one that has no length with a chunk.
                promise?.succeed()
            } else {
                context.write(data, promise: promise)
            }
            if let finished, !finished.keepAlive { linger(context) }
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyWanted else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if exchanges.count == 1, exchanges[exchanges.startIndex].expectsContinue {
            exchanges[exchanges.startIndex].expectsContinue = false
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: promise)
        } else {
            promise?.succeed()
        }
    }

    // MARK: Acts

    private func startHeaderDeadline(_ context: ChannelHandlerContext) {
        let channel = context.channel
        headerDeadline = context.eventLoop.scheduleTask(in: headerTimeout) { channel.close(promise: nil) }
    }

    private func cancelDeadlines() {
        headerDeadline?.cancel()
        lingerDeadline?.cancel()
    }

    private func refuse(_ context: ChannelHandlerContext, _ fault: HTTPParserError) {
        let isTooLarge = fault == .headerOverflow
        let status: HTTPResponseStatus = isTooLarge ? .requestHeaderFieldsTooLarge : .badRequest
        let detail = isTooLarge ? DoorRefusal.headersTooLarge.sentence : "The request is not well-formed HTTP."
        let problem = ProblemDetails(
            isTooLarge ? .requestHeaderFieldsTooLarge : .badRequest, reason: isTooLarge ? "headers-too-large" : "malformed-request", detail: detail)
        let body = ByteBuffer(string: problem.json(requestID: nil).text)
        let head = HTTPResponseHead(
            version: .http1_1, status: status,
            headers: [
                "Content-Type": "application/problem+json", "Content-Length": String(body.readableBytes), "Cache-Control": "no-store",
                "Connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    /// A little of a body that nobody wanted is read, to keep the connection; the rest is not.
    private func discard(_ context: ChannelHandlerContext, _ count: Int) {
        discarded += count
        if discarded > 4 * BodyLimits.bytes { linger(context) }
    }

    /// Ends our side and reads on for a moment: closing at once would reset the connection and lose the answer on its way.
    private func linger(_ context: ChannelHandlerContext) {
        isClosing = true
        headerDeadline?.cancel()
        context.flush()
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        lingerDeadline = context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    /// RFC 9112, section 6.1: a coding other than `chunked` would reach the upstream undecoded, and HTTP/1.0 has no codings at all.
    private static func isBadlyFramed(_ head: HTTPRequestHead) -> Bool {
        let codings = head.headers["Transfer-Encoding"]
        guard !codings.isEmpty else { return false }
        return head.version != .http1_1 || codings.count > 1 || codings[0].lowercased() != "chunked"
    }

    /// As the parser sees it, which stops then.
    private static func wantsUpgrade(_ head: HTTPRequestHead) -> Bool {
        guard head.method != .CONNECT else { return true }
        return head.headers.contains(name: "Upgrade")
            && head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// RFC 9112, section 3.2.2: a URL as target overrides Host; we take it only when both say the same.
    private static func originForm(of head: HTTPRequestHead) -> String {
        let uri = head.uri
        if uri.utf8.first == UInt8(ascii: "/") || uri == "*" { return uri }
        let folded = uri.lowercased()
        guard let scheme = ["http://", "https://"].first(where: folded.hasPrefix) else { return Canonicalisation.foreignAuthorityMark }
        let rest = uri.utf8.dropFirst(scheme.utf8.count)
        let authority = String(decoding: rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }, as: UTF8.self)
        guard head.headers["Host"].first?.lowercased() == authority.lowercased() else { return Canonicalisation.foreignAuthorityMark }
        let target = String(decoding: rest.dropFirst(authority.utf8.count), as: UTF8.self)
        return target.utf8.first == UInt8(ascii: "/") ? target : "/" + target
    }
}

@available(*, unavailable)
extension HTTP1GuardHandler: Sendable {}
