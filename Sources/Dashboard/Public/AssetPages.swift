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
        var headers: HTTPFields = [.cacheControl: age, .eTag: file.etag]
        if request.headers[.ifNoneMatch] == file.etag { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: file.body)))
    }
}
