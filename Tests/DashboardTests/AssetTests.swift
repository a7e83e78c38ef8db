import HTTPSupport
import HTTPTypes
import Testing

@testable import Dashboard

/// Style sheet, script and icon, as they are and compressed.
@Suite struct AssetTests {
    private let assets = Assets()

    @Test func `style and script are kept compressed, the same at every start, each form under its own validator`() throws {
        for (file, budget) in [(assets.style, 8192), (assets.script, 6144)] {
            let compressed = try #require(file.compressed)
            #expect(compressed.starts(with: [0x1f, 0x8b]) && compressed.count < budget && compressed.count < file.body.utf8.count)
            #expect(Gzip.compressed(file.body) == compressed)
            #expect(file.compressedTag != file.etag && file.compressedTag.hasPrefix("\"") && file.compressedTag.hasSuffix("-gzip\""))
        }
    }

    @Test func `what gains nothing is not compressed`() {
        #expect(Gzip.compressed("") == nil)
        #expect(Gzip.compressed("a") == nil)
    }

    @Test(arguments: [
        ("gzip", true), ("br, gzip;q=0.5", true), ("GZIP", true), ("*", true), ("*;q=0", false), ("gzip;q=0, *", false), ("br", false),
        ("identity", false), ("", false), ("gzip;q=abc", false),
    ])
    func `gzip is answered to those who take it`(accept: String, takes: Bool) {
        #expect(Negotiation.acceptsGzip([.acceptEncoding: accept]) == takes)
        #expect(!Negotiation.acceptsGzip([:]))
    }

    @Test(arguments: [
        ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false), ("a", false), ("", false),
    ])
    func `a representation that is held already is recognised`(held: String, isHeld: Bool) {
        #expect(Negotiation.holds("\"a\"", [.ifNoneMatch: held]) == isHeld)
    }

    @Test(arguments: [
        ("text/html,application/xhtml+xml,*/*;q=0.8", false), ("*/*", false), ("text/*", false), ("application/json", true),
        ("application/problem+json, application/json;q=0.9", true), ("text/html;q=0, application/json", true),
    ])
    func `a page is not for those who name other types only`(accept: String, refuses: Bool) {
        #expect(Negotiation.refusesPage([.accept: accept]) == refuses)
        #expect(!Negotiation.refusesPage([:]))
    }
}
