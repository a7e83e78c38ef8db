import Catalogue
import Testing

/// The faults of a file, one line each.
private func faults(_ yaml: String) -> [String] {
    do throws(CatalogueFaults) {
        _ = try RoleCatalogue(yaml: yaml)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}

private let role = "id: a\n    name: A\n    area: X\n    description: D"

struct `A catalogue file is refused with every fault` {
    @Test func `all faults are reported together, each with line and column`() {
        let yaml = """
            realm: "a\\"b"
            route: []
            roles:
              - id: Billing
                name: Billing
                area: Money
                description: |
                  two
                  lines
                byContract: perhaps
                allow:
                  - get /api/accounts/{accountId}/a
                  - GET /api/accounts/a
                  - GET  /api/accounts/{accountId}/a
                  - GET /api/accounts/{accountId}//a
                  - GET /api/{accountId}/**/b
                  - 'GET /api/{accountId}/../b'
                  - TRACE api
              - id: x
                name: billing
                area: Money
                description: D
                allow: GET
                allows: []
              - id: x
                name: Z
                description: D
                area: []
                allow: []
              - just text
            """
        #expect(
            faults(yaml) == [
                "1:8: The realm is 1 to 128 visible ASCII characters and spaces, without quotes and backslashes.",
                "2:1: The key \"route\" is unknown here.",
                "4:9: \"Billing\" is not a role id: up to 64 lower-case letters, digits and single dashes, a letter first.",
                "7:18: The value of \"description\" must be one line of 1 to 300 characters.",
                "10:17: The value of \"byContract\" must be true or false.",
                "12:9: \"get\" is not a method; methods are written in capitals, and ANY is every method.",
                "13:13: A path template contains {accountId}, so that the rule is bound to an account.",
                "14:9: A rule is a method, one space and a path template: GET /api/accounts/{accountId}/orders.",
                "15:39: A path template has neither two slashes in a row nor one at the end.",
                "16:30: \"**\" is the rest of the path and stands only at the end.",
                "17:9: A path template has no segments \".\" and \"..\".",
                "18:9: \"TRACE\" is not a method; methods are written in capitals, and ANY is every method.",
                "18:15: A path template starts with a slash.",
                "20:11: Another role has the name \"billing\" (line 5).",
                "23:12: The value of \"allow\" must be a list.",
                "24:5: The key \"allows\" is unknown here.",
                "25:5: The role allows nothing.",
                "25:9: Another role has the id \"x\" (line 19).",
                "28:11: The value of \"area\" must be a text.",
                "30:5: A role must be a mapping of keys to values.",
            ])
    }

    static let wholeFiles: [(String, String)] = [
        ("", "1:1: The file holds no catalogue."),
        ("# nothing\n", "1:1: The file holds no catalogue."),
        ("[]", "1:1: A catalogue must be a mapping of keys to values."),
        ("just text", "1:1: A catalogue must be a mapping of keys to values."),
        ("realm: x", "1:1: The key \"roles\" is missing."),
        ("roles: {}", "1:8: The value of \"roles\" must be a list."),
        ("roles:\n", "1:7: The value of \"roles\" must be a list."),
        ("roles: []\nroutes: x", "2:9: The value of \"routes\" must be a list."),
        ("roles: []\nroles: []", "1:1: The key \"roles\" stands twice."),
        ("roles: []\n? [a, b]\n: c", "2:3: The key \"?\" is unknown here."),
        ("roles: []\n<<: {a: b}", "2:1: The key \"<<\" is unknown here."),
        ("realm: [\nroles: []", "3:1: This is not YAML: did not find expected"),
        ("roles: []\n--- \nroles: []", "2:1: This is not YAML: but found another document."),
        ("roles: *none", "1:8: This is not YAML: found undefined alias."),
        ("roles: &r []", "1:8: Anchors and aliases are not accepted; write the text out."),
        ("a\tb:\t&r-1 x\n&b c: d", "1:6: Anchors"),
        ("roles: []\nroutes: [[&a GET]]", "2:11: Anchors"),
        ("roles: []\nrealm: \u{1}", "2:8: This is not YAML: control characters are not allowed."),
        ("realm: é\nroles: []", "1:8: The realm"),
    ]

    @Test(arguments: wholeFiles)
    func `a file that is no catalogue is refused where it goes wrong`(yaml: String, fault: String) {
        let found = faults(yaml)
        #expect(found.first?.hasPrefix(fault) == true, "\(found)")
    }

    static let templates: [(String, String)] = [
        ("/api/{accountId}/x/", "24: A path template has neither"),
        ("/", "6: A path template has neither"),
        ("/{accountId}/{id}.json", "18: \"{id}.json\" is no parameter"),
        ("/{accountId}/{}", "18: \"{}\" is no parameter"),
        ("/{accountId}/{1}", "18: \"{1}\" is no parameter"),
        ("/{accountId}/a}", "18: \"a}\" is no parameter"),
        ("/{accountId}/{a}/{a}", "22: The parameter {a} stands twice"),
        ("/{accountId}/{accountId}", "18: The parameter {accountId} stands twice"),
        ("/{accountId}/a*b*", "18: \"a*b*\" has more than one star"),
        ("/{accountId}/***", "18: \"***\" has more than one star"),
        ("/{accountId}/**/**", "18: \"**\" is the rest of the path"),
        ("/{accountId}/**/", "18: \"**\" is the rest of the path"),
        ("/{accountId}/a%20b", "19: A path template cannot contain \"%\"."),
        ("/{accountId}/a;b", "19: A path template cannot contain \";\"."),
        ("/{accountId}/a?b", "19: A path template cannot contain \"?\"."),
        ("/{accountId}/a\u{e9}b", "19: A path template cannot contain the character U+E9."),
        ("/{AccountId}/a", "5: A path template contains {accountId}"),
        ("/{accountId}/a" + String(repeating: "/b", count: 63), "144: A path template has at most 64 segments"),
        ("/{accountId}/" + String(repeating: "b", count: 1100), "5: A path template has at most 64 segments"),
    ]

    @Test(arguments: templates)
    func `a wrong template is pointed at`(template: String, fault: String) {
        let found = faults("routes:\n- GET \(template)\nroles: []").map { $0.dropFirst("2:".count) }
        #expect(found.count == 1)
        // "- GET " takes six columns; the table counts from the first of the method.
        let expected = fault.split(separator: ":", maxSplits: 1)
        let column = Int(expected[0]).map { $0 + 2 } ?? 0
        #expect(found.first?.hasPrefix("\(column):\(expected[1])") == true, "\(found)")
    }

    @Test func `the same rule twice in one list is refused`() {
        #expect(
            faults("routes:\n  - GET /{accountId}\n  - PUT /{accountId}\n  - GET /{accountId}\nroles: []") == [
                "4:5: The same rule stands in line 2."
            ])
    }

    @Test func `a key twice in a role is refused`() {
        #expect(faults("roles:\n  - \(role)\n    id: b\n    allow: ['GET /{accountId}']") == ["2:5: The key \"id\" stands twice."])
    }

    @Test func `an ampersand in a sentence is no anchor`() throws {
        let yaml = "roles:\n  - \(role.replacing("D", with: "R&D & a=1&b, see x/&y")) &\n    allow: ['GET /{accountId}/a&b']"
        #expect(try RoleCatalogue(yaml: yaml).roles.first?.description == "R&D & a=1&b, see x/&y &")
    }

    @Test func `an alias bomb is refused before it is built`() {
        var yaml = "a0: &a0 [x]\n"
        for level in 1..<40 { yaml += "? &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ","))]\n: x\n" }
        #expect(faults(yaml).first == "1:5: Anchors and aliases are not accepted; write the text out.")
    }

    @Test(arguments: ["[", "{", "- ", "? ", "{a: ", "\"", "&", "*", "!", "|\n", "a: ", "\t", "%"])
    func `a file of one mebibyte of anything is refused`(piece: String) {
        let yaml = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
        #expect(!faults(yaml).isEmpty)
    }

    @Test func `a damaged file is refused with a place inside it, or read`() {
        var random = Lottery(seed: 3)
        let pieces = [
            "\n", " ", "  ", ":", "- ", "\"", "'", "[", "]", "{", "}", "&a ", "*a", "?", "|", ">", "!!binary ", "%",
            "\t", "\0", "\u{85}", "#", "é",
        ]
        let text = Array(RoleCatalogue.shippedText.unicodeScalars.prefix(1500))
        for _ in 0..<300 {
            var damaged = String.UnicodeScalarView(text)
            for _ in 0...random.next(3) {
                let place = damaged.index(damaged.startIndex, offsetBy: random.next(damaged.count))
                let end = random.next(2) == 0 ? place : damaged.endIndex
                damaged.replaceSubrange(place..<end, with: pieces[random.next(pieces.count)].unicodeScalars)
                if damaged.isEmpty { damaged.append("x") }
            }
            for fault in faults(String(damaged)) { #expect(!fault.hasPrefix("0:") && !fault.contains(":0:")) }
        }
    }

    @Test func `a larger file is refused unread`() {
        #expect(faults("roles: []\n" + String(repeating: "#", count: 1 << 20)) == ["1:1: The file is larger than 1 MiB."])
    }

    @Test func `more roles than a role set can hold are refused`() {
        let roles = (0..<257).map { "  - {id: r\($0), name: R\($0), area: A, description: D, allow: ['GET /{accountId}/\($0)']}" }
        #expect(faults("roles:\n" + roles.joined(separator: "\n")) == ["2:3: A catalogue has at most 256 roles."])
        #expect(faults("roles:\n" + roles.dropLast().joined(separator: "\n")) == [])
    }

    @Test func `more rules than a list may have are refused`() {
        let rules = (0..<2001).map { "  - GET /{accountId}/\($0)" }
        #expect(faults("roles: []\nroutes:\n" + rules.joined(separator: "\n")) == ["3:3: A list has at most 2000 rules."])
    }
}

struct `A catalogue file that works is still looked over` {
    private func warnings(routes: [String] = [], allow: [String], except: [String] = []) throws -> [String] {
        var yaml = "roles:\n  - \(role)\n    allow:\n" + allow.map { "      - \($0)\n" }.joined()
        if !except.isEmpty { yaml += "    except:\n" + except.map { "      - \($0)\n" }.joined() }
        if !routes.isEmpty { yaml += "routes:\n" + routes.map { "  - \($0)\n" }.joined() }
        return try RoleCatalogue(yaml: yaml).warnings.map(\.description)
    }

    @Test func `a rule that another one covers is unreachable, whichever comes first`() throws {
        #expect(
            try warnings(allow: ["ANY /{accountId}/a/**", "GET /{accountId}/a/b"]) == [
                "8:9: GET /{accountId}/a/b adds nothing to ANY /{accountId}/a/** (line 7)."
            ])
        #expect(
            try warnings(allow: ["HEAD /{accountId}/ab", "GET /{accountId}/a*"]) == [
                "7:9: HEAD /{accountId}/ab adds nothing to GET /{accountId}/a* (line 8)."
            ])
        #expect(try warnings(allow: ["GET /{accountId}/{a}", "GET /{accountId}/*"]).count == 1)
    }

    @Test func `a narrower path with more methods is no more than an overlap`() throws {
        #expect(
            try warnings(allow: ["GET /{accountId}/a/**", "ANY /{accountId}/a/b"]) == [
                "8:9: ANY /{accountId}/a/b and GET /{accountId}/a/** (line 7) speak of some of the same requests."
            ])
        #expect(try warnings(routes: ["GET /{accountId}/a"], allow: ["ANY /{accountId}/a"]) == [])
    }

    @Test func `rules that share requests overlap`() throws {
        #expect(
            try warnings(allow: ["GET /{accountId}/a/{x}", "ANY /{accountId}/*/b"]) == [
                "8:9: ANY /{accountId}/*/b and GET /{accountId}/a/{x} (line 7) speak of some of the same requests."
            ])
        #expect(try warnings(allow: ["GET /{accountId}/a*", "GET /{accountId}/*b"]).count == 1)
        #expect(try warnings(allow: ["GET /{accountId}/a*c", "GET /{accountId}/b*c"]) == [])
        #expect(try warnings(allow: ["GET /{accountId}/a", "PUT /{accountId}/a", "GET /{accountId}/a/b"]) == [])
    }

    @Test func `a rule that needs no role anyway is pointed out`() throws {
        #expect(
            try warnings(routes: ["GET /{accountId}/a"], allow: ["HEAD /{accountId}/a", "PUT /{accountId}/a/**"]) == [
                "7:9: HEAD /{accountId}/a adds nothing: GET /{accountId}/a (line 10) needs no role."
            ])
    }

    @Test func `exceptions that do nothing or all are pointed out`() throws {
        #expect(
            try warnings(allow: ["GET /{accountId}/a"], except: ["ANY /{accountId}/A", "GET /{accountId}/b"]) == [
                "7:9: GET /{accountId}/a never holds: the exception ANY /{accountId}/A (line 9) takes all of it back.",
                "10:9: The exception GET /{accountId}/b takes nothing back: the role allows nothing there.",
            ])
    }

    @Test func `templates that see the account in different places are pointed out`() throws {
        #expect(
            try warnings(routes: ["GET /v2/{accountId}/**"], allow: ["GET /{accountId}/a"]) == [
                "9:5: GET /v2/{accountId}/** and GET /{accountId}/a (line 7) see the account id in different segments of the same path."
            ])
        #expect(try warnings(routes: ["GET /v2/{accountId}/b"], allow: ["GET /{accountId}/a"]) == [])
    }
}
