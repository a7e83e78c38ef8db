import Catalogue
import Testing

struct `A request target becomes a path or is refused` {
    static let refused: [(String, PathFault)] = [
        ("", .empty),
        ("*", .asteriskForm),
        ("http://evil/api/accounts/2", .absoluteForm),
        ("HTTPS://evil", .absoluteForm),
        ("mailto:x", .absoluteForm),
        ("evil:80", .absoluteForm),
        ("api/accounts/2", .noLeadingSlash),
        ("?x", .noLeadingSlash),
        (" /api", .noLeadingSlash),
        ("\\api", .noLeadingSlash),
        ("%2fapi", .noLeadingSlash),
        ("**", .noLeadingSlash),
        ("/api#/public", .fragment),
        ("/api?x#/public", .fragment),
        ("/api/\u{e9}", .nonASCII),
        ("/api/\u{ff0f}x", .nonASCII),
        ("/api?q=\u{e9}", .nonASCII),
        ("/api/a b", .controlByte),
        ("/api\t", .controlByte),
        ("/api\r\nHost: x", .controlByte),
        ("/api\0", .controlByte),
        ("/api/\u{7f}", .controlByte),
        ("/api?a b", .controlByte),
        ("/api?a\0", .controlByte),
        ("/api\\..\\x", .backslash),
        ("/api;v=1/x", .semicolon),
        ("/api/accounts/1;/x", .semicolon),
        ("/api/..;/x", .semicolon),
        ("/api/accounts/1%2f..%2f2/x", .encodedSlash),
        ("/api/accounts/1%2F2", .encodedSlash),
        ("/public%2f..", .encodedSlash),
        ("/api%5c..%5cx", .encodedBackslash),
        ("/api%5C", .encodedBackslash),
        ("/api/accounts/%2e%2e/x", .encodedDot),
        ("/api/.%2E/x", .encodedDot),
        ("/api/x%2etxt", .encodedDot),
        ("/api/%252e%252e/x", .encodedPercent),
        ("/api/%25", .encodedPercent),
        ("/api/%23/public", .encodedDelimiter),
        ("/api/x%3Fy", .encodedDelimiter),
        ("/api/x%3by", .encodedDelimiter),
        ("/api/x%00", .encodedControlByte),
        ("/api/x%0d%0a", .encodedControlByte),
        ("/api/x%1F", .encodedControlByte),
        ("/api/x%7f", .encodedControlByte),
        ("/api/%", .malformedPercent),
        ("/api/%2", .malformedPercent),
        ("/api/%zz", .malformedPercent),
        ("/api/%u002f", .malformedPercent),
        ("/api/%2?f", .malformedPercent),
        ("/api/%/2f", .malformedPercent),
        ("/api/%c0%af", .invalidUTF8),
        ("/api/%ff", .invalidUTF8),
        ("/api/%ed%a0%80", .invalidUTF8),
        ("/api/%e2%82", .invalidUTF8),
        ("//", .emptySegment),
        ("//api", .emptySegment),
        ("///", .emptySegment),
        ("//evil/api", .emptySegment),
        ("/api//accounts", .emptySegment),
        ("/api/accounts//", .emptySegment),
        ("/.", .dotSegment),
        ("/..", .dotSegment),
        ("/./api", .dotSegment),
        ("/api/../x", .dotSegment),
        ("/api/..", .dotSegment),
        ("/api/.", .dotSegment),
        ("/public/../api?x", .dotSegment),
        ("/api/accounts/1/../2/x", .dotSegment),
        ("/api/", .trailingSlash),
        ("/api/accounts/2/orders/", .trailingSlash),
        ("/api/?x", .trailingSlash),
        ("/" + String(repeating: "a", count: 8192), .tooLong),
        ("/" + String(repeating: "%61", count: 2731), .tooLong),
        (String(repeating: "/a", count: 65), .tooManySegments),
    ]

    @Test(arguments: refused)
    func `an attack or a mistake is refused with its reason`(target: String, fault: PathFault) {
        #expect(throws: fault) { try CanonicalPath(parsing: target) }
        #expect(throws: fault) { try CanonicalPath(parsing: Array(target.utf8)) }
    }

    @Test(arguments: refused)
    func `what is refused is no path at one look either`(target: String, _: PathFault) {
        #expect(CanonicalPath(plain: Array(target.utf8).span) == nil)
    }

    @Test func `every reason to refuse is in the table and has its own sentence`() {
        #expect(Set(Self.refused.map(\.1)) == Set(PathFault.allCases))
        #expect(Set(PathFault.allCases.map(\.sentence)).count == PathFault.allCases.count)
    }

    static let accepted: [(String, [String], String)] = [
        ("/", [], "/"),
        ("/?x=1", [], "/"),
        ("/api", ["api"], "/api"),
        ("/api/accounts/2/x?/public", ["api", "accounts", "2", "x"], "/api/accounts/2/x"),
        ("/api/accounts/2/x?a=%2f..%00;b\\c//", ["api", "accounts", "2", "x"], "/api/accounts/2/x"),
        ("/api?a?b", ["api"], "/api"),
        ("/publicx", ["publicx"], "/publicx"),
        ("/%6frders", ["orders"], "/orders"),
        ("/%6Frders/%7e", ["orders", "~"], "/orders/~"),
        ("/a%20b", ["a b"], "/a%20b"),
        ("/%2b1555", ["+1555"], "/+1555"),
        ("/ada%40example.com", ["ada@example.com"], "/ada@example.com"),
        ("/.well-known/x", [".well-known", "x"], "/.well-known/x"),
        ("/.../..a/a..", ["...", "..a", "a.."], "/.../..a/a.."),
        ("/%c3%a9", ["\u{e9}"], "/%C3%A9"),
        ("/%e2%84%aa", ["\u{212a}"], "/%E2%84%AA"),
        ("/a:b@c!$&'()*+,=", ["a:b@c!$&'()*+,="], "/a:b@c!$&'()*+,="),
        ("/%22%3c%3e%5e%60%7b%7c%7d", ["\"<>^`{|}"], "/%22%3C%3E%5E%60%7B%7C%7D"),
    ]

    @Test(arguments: accepted)
    func `a plain path is read`(target: String, segments: [String], text: String) throws {
        let path = try CanonicalPath(parsing: target)
        #expect(path.segments == segments)
        #expect(path.text == text)
        #expect(path.description == text)
        #expect(try CanonicalPath(parsing: text) == path)
        #expect(try CanonicalPath(parsing: Array(target.utf8)[...]) == path)
    }

    @Test(arguments: accepted)
    func `a path at one look is the same path`(target: String, _: [String], text: String) throws {
        let path = try CanonicalPath(parsing: target)
        let needsMore = target.contains("%") && text != "/api/accounts/2/x" || text == "/" || target.contains("/.")
        #expect(CanonicalPath(plain: Array(target.utf8).span) == (needsMore ? nil : path))
    }

    @Test func `the longest path and the deepest path are read at one look too, and no longer and no deeper one`() throws {
        for (target, isPath) in [
            ("/" + String(repeating: "a", count: 8191) + "?" + String(repeating: "b", count: 20000), true),
            ("/" + String(repeating: "a", count: 8192), false), (String(repeating: "/a", count: 64), true),
            (String(repeating: "/a", count: 65), false),
        ] {
            #expect((CanonicalPath(plain: Array(target.utf8).span) != nil) == isPath)
        }
    }

    @Test func `every single byte means at one look what it means to the parser, or nothing`() {
        for byte in UInt8.min...UInt8.max {
            for target in [[byte], [0x2F, byte], [0x2F, 0x61, byte, 0x61], [0x2F, 0x61, byte], [0x2F, 0x61, 0x3F, byte]] {
                let (plain, path) = (CanonicalPath(plain: target.span), try? CanonicalPath(parsing: target))  // a refusal is an answer too
                #expect(plain == nil || plain == path, "\(target)")
            }
        }
    }

    @Test func `the longest path and the deepest path are read`() throws {
        let longest = "/" + String(repeating: "a", count: 8191)
        #expect(try CanonicalPath(parsing: longest + "?" + String(repeating: "b", count: 20000)).text == longest)
        #expect(try CanonicalPath(parsing: String(repeating: "/a", count: 64)).segments.count == 64)
    }

    @Test func `every single byte in a path is read or refused, never a crash`() {
        for byte in UInt8.min...UInt8.max {
            for target in [[byte], [0x2F, byte], [0x2F, 0x61, byte, 0x61], [0x2F, 0x25, byte], [0x2F, 0x25, byte, 0x32]] {
                guard let path = try? CanonicalPath(parsing: target) else { continue }  // a refusal is an answer too
                #expect(path.text.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            }
        }
    }

    @Test func `random targets give a path that reads the same again, or a refusal`() throws {
        var random = Lottery(seed: 7)
        let alphabet = Array("/ab.%2eE5cf0?;#\\*{}é".utf8)
        for _ in 0..<20_000 {
            let target = [0x2F] + (0..<random.next(12)).map { _ in alphabet[random.next(alphabet.count)] }
            guard let path = try? CanonicalPath(parsing: target) else { continue }  // a refusal is an answer too
            let again = try CanonicalPath(parsing: path.text)
            #expect(again == path && again.text == path.text)
            #expect(!path.segments.contains { ["", ".", ".."].contains($0) || $0.contains("/") })
        }
    }
}

struct `A method is a value` {
    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "M-SEARCH", "X!"])
    func `a token in capitals is a method`(text: String) {
        #expect(Method(parsing: text)?.rawValue == text)
    }

    @Test(arguments: [
        "", "get", "Get", "gET", "CONNECT", "TRACE", "GET ", " GET", "GE T", "GET\r\n", "G\0", "GÉT", "G(T", "A/B",
        String(repeating: "A", count: 33),
    ])
    func `everything else is none`(text: String) {
        #expect(Method(parsing: text) == nil)
    }
}

/// A generator with a seed, so that a failure can be repeated.
struct Lottery {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
