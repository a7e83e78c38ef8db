import Domain
import NIOCore

/// The first handler of a connection: answers what its `QuickConnection` can, in the order in which it was asked, and hands everything else
/// to the ordinary handlers behind it, which are made when they are first needed.
///
/// Requests never overtake each other. While an answer is under way, later bytes wait here; they go on when it has gone out. A request that is not of the plain shape ends the lane for its connection: from then on bytes only pass through.
final class LaneHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Ending { case none, inputClosed, quiescing }

    /// Who has a request of ours whose answer has not gone out.
    enum Busy { case nobody, ordinary, quick }

    private let responder: any QuickResponder
    let quick: any QuickConnection
    /// Makes the ordinary handlers behind this one; called once at most.
    private let makeOrdinary: (LaneHandler) -> Void
    private(set) var context: ChannelHandlerContext?
    private var scanner: LaneScanner
    var waiting = ByteBuffer()
    private var answers = ByteBuffer()
    private var turn: LaneTurn?
    private var onFirstRequest: (() -> Void)?
    /// Answers have been written that go out at the end of the turn.
    private var hasUnsent = false
    var pace: LanePace

    private var looks = 0
    var hasOrdinary = false
    var isAside = false
    var busy = Busy.nobody
    /// Requests that the ordinary handlers have read and not answered.
    private(set) var unanswered = 0
    var ending = Ending.none
    private var wantsRead = false
    var hasPassedOn = false

    /// Bytes that may wait while the ordinary handlers are busy, before reading stops.
    private static let mostWaiting = 65_536

    /// How often a request that comes in pieces is looked at from its beginning. The full parser begins where it stopped.
    private static let mostLooks = 64

    init(
        _ responder: any QuickResponder, quick: any QuickConnection, limits: ListenerLimits, onFirstRequest: (() -> Void)? = nil,
        makeOrdinary: @escaping (LaneHandler) -> Void
    ) {
        self.responder = responder
        self.quick = quick
        self.onFirstRequest = onFirstRequest
        self.makeOrdinary = makeOrdinary
        scanner = LaneScanner(longestBody: responder.longestBody)
        pace = LanePace(limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        turn = LaneTurn.of(context.eventLoop)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        pace.start(context.eventLoop) { bound.value.inspect() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        pace.stop()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        pace.stop()
        waiting = ByteBuffer()
        leaveQuick()
        context.fireChannelInactive()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pace.heard()
        guard !isAside else { return passOn(context, data) }
        var incoming = unwrapInboundIn(data)
        if waiting.readableBytes == 0 { waiting = incoming } else { waiting.writeBuffer(&incoming) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        work(context)
        if hasPassedOn {
            hasPassedOn = false
            context.fireChannelReadComplete()
        }
    }

    /// Answers what waits, as far as it can be answered now.
    private func work(_ context: ChannelHandlerContext) {
        guard !isAside, busy == .nobody, waiting.readableBytes > 0 else { return finishIfEnding(context) }
        var bytes = waiting
        waiting = ByteBuffer()
        answers.clear()
        let rest = answerPlain(&bytes)
        if answers.readableBytes > 0 { writeAnswers(context) }
        pace.isPartial(rest == .incomplete)
        switch rest {
        case .nothing: asked()
        case .incomplete: keep(bytes, context)
        case .underWay:
            asked()
            keep(bytes, context)
            busy = .quick
            quick.begin(self)
        case .ordinary(let length):
            guard let one = bytes.readSlice(length: length) else { return stepAside(context, bytes) }
            keep(bytes, context)
            busy = .ordinary
            needOrdinary()
            passOn(context, wrapInboundOut(one))
        case .foreign: stepAside(context, bytes)
        }
        finishIfEnding(context)
    }

    /// Held as they are, the bytes would keep the whole buffer that was read into, and the next read would need another.
    private func keep(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        waiting = bytes
        waiting.keepOnlyWhatIsReadable(context.channel.allocator)
    }

    /// A request was whole. Those that are not for the lane are seen by the ordinary handlers.
    private func asked() {
        onFirstRequest?()
        onFirstRequest = nil
    }

    private func writeAnswers(_ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(answers), promise: nil)
        guard !hasUnsent else { return }
        hasUnsent = true
        turn?.send(for: self, on: context.eventLoop)
    }

    /// The turn ends, or nothing comes after what has been written.
    func send() {
        guard hasUnsent else { return }
        hasUnsent = false
        context?.flush()
    }

    private enum Rest: Equatable { case nothing, incomplete, foreign, underWay, ordinary(length: Int) }

    /// Leaves in `bytes` what is not answered.
    private func answerPlain(_ bytes: inout ByteBuffer) -> Rest {
        let now = responder.now()
        var position = 0
        defer { bytes.moveReaderIndex(forwardBy: position) }
        let span = bytes.readableBytesUInt8Span
        while position < span.count {
            switch scanner.scan(span, from: position) {
            case .incomplete:
                looks += 1
                return looks > Self.mostLooks ? .foreign : .incomplete
            case .foreign: return .foreign
            case .request(let length):
                looks = 0
                switch quick.answer(QuickRequest(scanner: scanner), in: span, now: now, into: &answers) {
                case .notOurs: return .ordinary(length: length)
                case .written: position += length
                case .underWay:
                    position += length
                    return .underWay
                }
            }
        }
        return .nothing
    }

    private func passOn(_ context: ChannelHandlerContext, _ data: NIOAny) {
        hasPassedOn = true
        context.fireChannelRead(data)
    }

    func stepAside(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
        isAside = true
        waiting = ByteBuffer()
        needOrdinary()
        if bytes.readableBytes > 0 { passOn(context, wrapInboundOut(bytes)) }
    }

    private func needOrdinary() {
        guard !hasOrdinary else { return }
        hasOrdinary = true
        makeOrdinary(self)
    }

    /// The ordinary handlers have read the beginning of a request.
    func ordinaryAsked() { unanswered += 1 }

    /// The ordinary handlers have written the end of an answer.
    func ordinaryAnswered() {
        pace.heard()
        unanswered = max(0, unanswered - 1)
        guard busy == .ordinary, unanswered == 0 else { return }
        isFree()
    }

    /// The next request may begin.
    func isFree() {
        busy = .nobody
        guard let context, waiting.readableBytes > 0 || wantsRead || ending != .none else { return }
        // Not from within the write of the last answer: whoever wrote it is not done with it.
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.goOn() }
    }

    private func goOn() {
        guard let context else { return }
        work(context)
        if hasPassedOn {
            hasPassedOn = false
            context.fireChannelReadComplete()
        }
        readIfWanted(context)
    }

    // MARK: Out

    func read(context: ChannelHandlerContext) {
        if isHoldingBack(context) { wantsRead = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pace.isStalled(!context.channel.isWritable)
        if context.channel.isWritable {
            readIfWanted(context)
            if busy == .quick { quick.clientTakes() }
        }
        context.fireChannelWritabilityChanged()
    }

    /// Answers that nobody takes must not pile up here, nor requests that cannot be begun.
    private func isHoldingBack(_ context: ChannelHandlerContext) -> Bool {
        !isAside && (!context.channel.isWritable || busy != .nobody && waiting.readableBytes >= Self.mostWaiting)
    }

    private func readIfWanted(_ context: ChannelHandlerContext) {
        guard wantsRead, !isHoldingBack(context) else { return }
        wantsRead = false
        context.read()
    }
}

@available(*, unavailable)
extension LaneHandler: Sendable {}
