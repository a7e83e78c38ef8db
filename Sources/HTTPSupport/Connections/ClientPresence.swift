public import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import Synchronization

/// Whether the client of a connection or stream is still there. State is guarded by its mutex.
public final class ClientPresence: Sendable {
    private struct State {
        var isGone = false
        var next = 0
        var waiting: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// The presence of the client behind a request's channel; nil where nothing runs any more. A channel that has been closed meanwhile
    /// (a stream that was reset at once) has no handlers: then its end, which has been, says that the client is gone.
    public static func of(_ channel: any Channel) async -> ClientPresence? {
        try? await channel.eventLoop.submit {
            if let handler = try? channel.pipeline.syncOperations.handler(type: ClientPresenceHandler.self) { return handler.presence }
            let presence = ClientPresence()
            channel.closeFuture.whenComplete { _ in presence.leave() }
            return presence
        }.get()
    }

    /// Runs the work and cancels it when the client goes away: it has closed the connection or its side of it, or reset the stream.
    public func whilePresent<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { try await work() }
        let ticket = onGone { task.cancel() }
        defer { forget(ticket) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Calls back once when the client goes away, at once if it has gone. The ticket is for `forget`.
    public func onGone(_ act: @escaping @Sendable () -> Void) -> Int {
        let (ticket, isGone) = state.withLock { state in
            state.next &+= 1
            if !state.isGone { state.waiting[state.next] = act }
            return (state.next, state.isGone)
        }
        if isGone { act() }
        return ticket
    }

    /// Takes a callback back.
    public func forget(_ ticket: Int) { state.withLock { _ = $0.waiting.removeValue(forKey: ticket) } }

    fileprivate func leave() {
        let acts = state.withLock { state in
            state.isGone = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for act in acts { act() }
    }
}

/// Notices that the client has gone.
final class ClientPresenceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    let presence = ClientPresence()

    func channelInactive(context: ChannelHandlerContext) {
        presence.leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { presence.leave() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What cannot be parsed was sent by somebody who is there, and who reads the body hears of it.
        if !(error is HTTPParserError) || error as? HTTPParserError == .invalidEOFState { presence.leave() }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // On a stream the input's end is the request's end.
        if case .some(.inputClosed) = event as? ChannelEvent, context.channel.parent?.parent == nil { presence.leave() }
        context.fireUserInboundEventTriggered(event)
    }
}

@available(*, unavailable)
extension ClientPresenceHandler: Sendable {}
