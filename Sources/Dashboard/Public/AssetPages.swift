import HTTPSupport
import HTTPTypes
import Hummingbird

/// `/assets/{name}` and `/favicon.ico`.
struct AssetPages: Sendable {
    let assets: Assets

    func add(to router: Router<AppContext>) {
        router.get("/assets/:name") { request, context in
            guard let file = assets.file(named: context.parameters.get("name") ?? "") else { return Response(status: .notFound) }
            return answer(file, request, age: "public, max-age=31536000, immutable")
        }
        router.get("/favicon.ico") { request, _ in answer(assets.icon, request, age: "public, max-age=86400") }
    }

    private func answer(_ file: Assets.File, _ request: Request, age: String) -> Response {
        let compressed = Negotiation.acceptsGzip(request.headers) ? file.compressed : nil
        let tag = compressed == nil ? file.etag : file.compressedTag
        var headers: HTTPFields = [.cacheControl: age, .eTag: tag, .vary: "Accept-Encoding"]
        if Negotiation.holds(tag, request.headers) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.type
        if compressed != nil { headers[.contentEncoding] = "gzip" }
        let body = compressed.map { ByteBuffer(bytes: $0) } ?? ByteBuffer(string: file.body)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
