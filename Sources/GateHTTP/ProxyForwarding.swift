public import AsyncHTTPClient
import Glibc
public import HTTPSupport
public import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Hands requests that have been judged to the upstream, and its answers back, part by part as each side takes them.
///
/// Who the user is has been decided before: this only replaces whatever the client said about it.
public struct ReverseProxy: Sendable {
    let settings: UpstreamSettings
    private let client: HTTPClient
    private let pace: ProxyPace
    let upgrade: ProxyUpgrade
    /// Its tunnels.
    public let figures: TunnelFigures

    /// - Parameter client: made by the settings' `makeClient`; several proxies with the same timeouts and certificates may share one.
    public init(settings: UpstreamSettings, client: HTTPClient) throws(UpstreamFault) {
        self.settings = settings
        self.client = client
        pace = ProxyPace(Array(client.eventLoopGroup.makeIterator()))
        upgrade = ProxyUpgrade(settings: settings, tls: try settings.makeTLS())
        figures = TunnelFigures(limit: settings.webSocketLimit)
    }

    /// Forwards the request with the identity fields added.
    ///
    /// The upstream's own answers pass as they are, redirects included. When there is none: 502, or 504 when it took too long. An
    /// answer that breaks off in the middle breaks off for the client too.
    public func forward(_ request: Request, context: AppContext, identity: [HTTPField]) async -> Response {
        let whole = settings.wholeTimeout.map { NIODeadline.now() + TimeAmount($0) }
        let upload: ProxyUpload
        do {
            upload = try await body(of: request, context)
        } catch {
            // Whatever went wrong, it was the client's connection.
            return failure(error as? ProxyFailure ?? ProxyFailure(reading: error), request, context)
        }
        var outgoing = outgoing(request, context, identity)
        outgoing.body = upload.body
        do {
            let answer = try await send(outgoing, to: context, until: whole)
            return try await incoming(answer, upload, for: request, context, until: whole)
        } catch {
            await upload.stop()
            return failure(ProxyFailure(error), request, context)
        }
    }

    // MARK: There

    private func outgoing(_ request: Request, _ context: AppContext, _ identity: [HTTPField]) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: settings.origin + ProxyTarget.valid(request.head.path ?? "/"))
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers = fields(request, context, identity)
        return outgoing
    }

    func fields(_ request: Request, _ context: AppContext, _ identity: [HTTPField]) -> HTTPHeaders {
        var headers = HTTPHeaders(ProxyHeaders.forUpstream(request.headers, settings: settings))
        let host = context.facts.host.description
        headers.add(name: "Host", value: host)
        if let address = context.client { headers.add(name: "X-Forwarded-For", value: address.description) }
        headers.add(name: "X-Forwarded-Proto", value: context.isSecure ? "https" : "http")
        headers.add(name: "X-Forwarded-Host", value: host)
        headers.add(name: "Forwarded", value: ProxyHeaders.forwarded(for: context.client, host: host, isSecure: context.isSecure))
        headers.add(name: "X-Request-Id", value: context.requestID.text)
        for field in identity { headers.add(name: field.name.rawName, value: field.value) }
        return headers
    }

    /// On HTTP/2 a body may come unannounced; methods that have no use for one are taken at their word.
    private func body(of request: Request, _ context: AppContext) async throws -> ProxyUpload {
        let limit = settings.bodyLimit
        if let written = request.headers[.contentLength] {
            guard let length = Int64(written), length >= 0 else { throw ProxyFailure.malformedRequest }
            if length == 0 { return ProxyUpload() }
            if let limit, length > limit { throw ProxyFailure.tooLarge }
            guard length <= ProxyUpload.collected else { return ProxyUpload(streaming: request.body, length: length, pace: pace) }
            let body = try await request.body.collect(upTo: ProxyUpload.collected)
            guard body.readableBytes == length else { throw ProxyFailure.clientGone }
            return ProxyUpload(body)
        }
        if request.headers.contains(.transferEncoding) { return ProxyUpload(streaming: request.body, length: nil, pace: pace, limit: limit) }
        guard context.facts.version == .http2 else { return ProxyUpload() }
        return switch request.method {
        case .get, .head, .options: ProxyUpload()
        default: ProxyUpload(streaming: request.body, length: nil, pace: pace, limit: limit)
        }
    }

    /// One attempt; further ones only for a request that changes nothing, has no body, and met a connection that had just been closed.
    private func send(
        _ outgoing: HTTPClientRequest, to context: AppContext, until whole: NIODeadline?
    ) async throws -> HTTPClientResponse {
        let mayRepeat = outgoing.body == nil && [.GET, .HEAD, .OPTIONS].contains(outgoing.method)
        let presence = await ClientPresence.of(context.channel)
        var attempts = 0
        while true {
            do { return try await attempt(outgoing, presence, until: whole) } catch {
                attempts += 1
                guard mayRepeat, attempts <= Self.repeats(after: error) else { throw error }
            }
        }
    }

    /// How often a call is repeated whose connection from the pool had ended before it: by the upstream, or here because the upstream had
    /// sent more than its answer. Which of the errors that is depends on how far the news of it has come.
    private static func repeats(after error: any Error) -> Int {
        switch error {
        // Nothing has been sent, and the pool may hold more such connections.
        case let error as ChannelError where [.ioOnClosedChannel, .alreadyClosed, .outputClosed].contains(error): 3
        // The upstream may have the request.
        case let error as ChannelError where [.inputClosed, .eof].contains(error): 1
        case let error as IOError where [ECONNRESET, EPIPE, ENOTCONN].contains(error.errnoCode): 1
        case let error as HTTPClientError where error == .remoteConnectionClosed: 1
        case _: 0
        }
    }

    private func attempt(
        _ outgoing: HTTPClientRequest, _ presence: ClientPresence?, until whole: NIODeadline?
    ) async throws -> HTTPClientResponse {
        // With a body the time is the client's to spend; the client's timeouts on each part still hold.
        let header: NIODeadline =
            outgoing.body == nil ? .now() + TimeAmount(settings.connectTimeout) + TimeAmount(settings.headerTimeout) : .distantFuture
        let deadline = min(header, whole ?? .distantFuture)
        guard let presence else { return try await client.execute(outgoing, deadline: deadline) }
        return try await presence.whilePresent { [client] in try await client.execute(outgoing, deadline: deadline) }
    }

    // MARK: Back

    func incoming(
        _ answer: HTTPClientResponse, _ upload: ProxyUpload, for request: Request, _ context: AppContext, until whole: NIODeadline? = nil
    ) async throws -> Response {
        let code = Int(answer.status.code)
        guard (200...599).contains(code) else { throw ProxyFailure.malformedAnswer }
        var headers = ProxyHeaders.forClient(answer.headers.map { (name: $0.name, value: $0.value) })
        // Answered before the body was there: what is left of it will not be read.
        if !upload.isComplete, context.facts.version == .http1 { headers[.connection] = "close" }
        if code == 204 { headers[.contentLength] = nil }
        var response = Response(status: HTTPResponse.Status(code: code, reasonPhrase: answer.status.reasonPhrase))
        if request.method == .head || code == 204 || code == 304 {
            await upload.stop()
        } else {
            let length = answer.headers.first(name: "Content-Length").flatMap { Int($0) }
            response.body = ResponseBody(contentLength: length) { [client = context.channel] writer in
                do {
                    if let whole {
                        try await Self.copy(answer.body, to: &writer, until: whole, client: client)
                    } else {
                        try await Self.copy(answer.body, to: &writer, client: client)
                    }
                    await upload.stop()
                } catch {
                    // The answer stays without its end, which is what the client is to see.
                    await upload.stop()
                    throw error
                }
                try await writer.finish(nil)
            }
        }
        response.headers = headers
        return response
    }

    func failure(_ failure: ProxyFailure, _ request: Request, _ context: AppContext) -> Response {
        context.logger.warning("upstream", metadata: ["reason": .string(failure.reason)])
        var headers = HTTPFields()
        // What is left of a body will not be read.
        let hadBody = request.headers.contains(.contentLength) || request.headers.contains(.transferEncoding)
        if context.facts.version == .http1, hadBody || failure == .clientGone || failure == .malformedBody { headers[.connection] = "close" }
        let response = ProblemDetails(failure.status, reason: failure.reason, detail: failure.sentence, headers: headers)
            .response(to: request, requestID: context.requestID)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
