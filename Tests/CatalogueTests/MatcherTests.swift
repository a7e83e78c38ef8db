import Domain
import Testing

@testable import Catalogue

/// A catalogue of one role per argument, named `r0`, `r1`, …, each with these rules.
func compiled(routes: [String] = [], _ roles: [[String]], except: [Int: [String]] = [:]) throws -> CompiledCatalogue {
    var yaml = "routes: [\(routes.map { "\"\($0)\"" }.joined(separator: ", "))]\nroles:\n"
    for (index, rules) in roles.enumerated() {
        yaml += "  - id: r\(index)\n    name: R\(index)\n    area: A\n    description: D\n"
        yaml += "    allow: [\(rules.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
        if let rules = except[index] { yaml += "    except: [\(rules.map { "\"\($0)\"" }.joined(separator: ", "))]\n" }
    }
    return CompiledCatalogue(try RoleCatalogue(yaml: yaml))
}

extension CompiledCatalogue {
    /// `account: role, role (open)`, or `-`.
    func answer(_ method: Method, _ target: String) throws -> String {
        switch match(method, try CanonicalPath(parsing: target)) {
        case .noRule: return "-"
        case .rule(let rule):
            let names = roles(in: rule.roles).map(\.id.rawValue) + (rule.isOpen ? ["open"] : [])
            return "\(rule.accountText): \(names.joined(separator: " "))"
        }
    }
}

struct `The catalogue answers a method and a path` {
    static let table: [(String, String, String)] = [
        // template, path, answer to GET
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/orders", "5: r0"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/orders?x", "5: r0"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/%6frders", "5: r0"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/orders/1", "-"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/Orders", "-"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/ordersx", "-"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/order", "-"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5/orders%20", "-"),
        ("ANY /api/accounts/{accountId}/orders", "/api/accounts/5", "-"),
        ("ANY /api/accounts/{accountId}/orders", "/x/api/accounts/5/orders", "-"),
        ("ANY /api/accounts/{accountId}/orders", "/", "-"),
        ("ANY /api/accounts/{accountId}/orders/**", "/api/accounts/5/orders", "5: r0"),
        ("ANY /api/accounts/{accountId}/orders/**", "/api/accounts/5/orders/1", "5: r0"),
        ("ANY /api/accounts/{accountId}/orders/**", "/api/accounts/5/orders/1/2/3", "5: r0"),
        ("ANY /api/accounts/{accountId}/orders/**", "/api/accounts/5/orders2/1", "-"),
        ("ANY /api/accounts/{accountId}/**", "/api/accounts/5", "5: r0"),
        ("ANY /{accountId}/**", "/5", "5: r0"),
        ("ANY /{accountId}", "/", "-"),
        ("ANY /{accountId}/**", "/", "-"),
        ("ANY /api/{accountId}/o/{orderId}", "/api/5/o/7", "5: r0"),
        ("ANY /api/{accountId}/o/{orderId}", "/api/5/o", "-"),
        ("ANY /api/{accountId}/o/{orderId}", "/api/5/o/7/8", "-"),
        ("ANY /api/{accountId}/*/x", "/api/5/any/x", "5: r0"),
        ("ANY /api/{accountId}/*/x", "/api/5/x", "-"),
        ("ANY /api/{accountId}/emergencyNotification*/**", "/api/5/emergencyNotification", "5: r0"),
        ("ANY /api/{accountId}/emergencyNotification*/**", "/api/5/emergencyNotificationGroups/1", "5: r0"),
        ("ANY /api/{accountId}/emergencyNotification*/**", "/api/5/emergencyNotificatio", "-"),
        ("ANY /api/{accountId}/emergencyNotification*/**", "/api/5/x/emergencyNotification", "-"),
        ("ANY /api/{accountId}/a*z", "/api/5/az", "5: r0"),
        ("ANY /api/{accountId}/a*z", "/api/5/abcz", "5: r0"),
        ("ANY /api/{accountId}/a*z", "/api/5/a", "-"),
        ("ANY /api/{accountId}/aba*ab", "/api/5/abab", "-"),
        ("ANY /api/{accountId}/*.xml", "/api/5/.xml", "5: r0"),
        ("ANY /api/{accountId}/K", "/api/5/%e2%84%aa", "-"),
        ("ANY /api/{accountId}/a.c", "/api/5/abc", "-"),
        ("ANY /api/{accountId}/(a+)", "/api/5/aaa", "-"),
        ("POST /api/{accountId}/x", "/api/5/x", "-"),
        ("GET /api/{accountId}/x", "/api/5/x", "5: r0"),
        ("HEAD /api/{accountId}/x", "/api/5/x", "-"),
    ]

    @Test(arguments: table)
    func `a template speaks of its paths and of no others`(rule: String, target: String, answer: String) throws {
        #expect(try compiled([[rule]]).answer(.get, target) == answer)
    }

    @Test func `HEAD follows GET, and GET does not follow HEAD`() throws {
        let catalogue = try compiled([["GET /{accountId}/g"], ["HEAD /{accountId}/h"], ["POST /{accountId}/p"], ["HEAD /{accountId}/g"]])
        #expect(try catalogue.answer(.head, "/5/g") == "5: r0 r3")
        #expect(try catalogue.answer(.get, "/5/g") == "5: r0")
        #expect(try catalogue.answer(.head, "/5/h") == "5: r1")
        #expect(try catalogue.answer(.get, "/5/h") == "-")
        #expect(try catalogue.answer(.head, "/5/p") == "-")
        #expect(try catalogue.answer(.options, "/5/g") == "-")
    }

    @Test func `ANY is every method, known or not`() throws {
        let catalogue = try compiled([["ANY /{accountId}/x"], ["PURGE /{accountId}/x"]])
        for method in Method.common { #expect(try catalogue.answer(method, "/5/x") == "5: r0") }
        #expect(try catalogue.answer(#require(Method(parsing: "PURGE")), "/5/x") == "5: r0 r1")
        #expect(try catalogue.answer(#require(Method(parsing: "REPORT")), "/5/x") == "5: r0")
    }

    @Test func `all roles that allow it are named, and routes are open`() throws {
        let catalogue = try compiled(
            routes: ["GET /{accountId}/x"], [["ANY /{accountId}/**"], ["GET /{accountId}/{y}"], ["GET /{accountId}/*"], ["PUT /{accountId}/x"]])
        #expect(try catalogue.answer(.get, "/5/x") == "5: r0 r1 r2 open")
        #expect(try catalogue.answer(.put, "/5/x") == "5: r0 r3")
        #expect(try catalogue.answer(.get, "/5/z") == "5: r0 r1 r2")
        #expect(try catalogue.answer(.get, "/5/z/z") == "5: r0")
    }

    @Test func `a literal does not hide a wildcard beside it`() throws {
        let catalogue = try compiled([["GET /{accountId}/a/b"], ["GET /{accountId}/{x}/c"], ["GET /{accountId}/a*/d"], ["GET /{accountId}/*/d"]])
        #expect(try catalogue.answer(.get, "/5/a/b") == "5: r0")
        #expect(try catalogue.answer(.get, "/5/a/c") == "5: r1")
        #expect(try catalogue.answer(.get, "/5/a/d") == "5: r2 r3")
        #expect(try catalogue.answer(.get, "/5/b/d") == "5: r3")
    }

    @Test func `templates that see different accounts in one path open nothing`() throws {
        let catalogue = try compiled([["ANY /api/{accountId}/x/**"], ["GET /api/v2/x/{accountId}"], ["POST /api/v2/x/{accountId}"]])
        #expect(try catalogue.answer(.get, "/api/7/x/1") == "7: r0")
        #expect(try catalogue.answer(.get, "/api/v2/x/7") == "-")
        #expect(try catalogue.answer(.put, "/api/v2/x/7") == "v2: r0")
        #expect(try catalogue.answer(.get, "/api/v2/x/v2") == "v2: r0 r1")
        let explanation = catalogue.explain(.get, try CanonicalPath(parsing: "/api/v2/x/7"))
        #expect(explanation.accountsDisagree)
        #expect(explanation.entries.map(\.accountText) == ["v2", "7", "7"])
        #expect(explanation.match == .noRule)
    }

    @Test func `an exception takes back what its own role allows and no more`() throws {
        let catalogue = try compiled(
            [["ANY /{accountId}/s/**"], ["GET /{accountId}/s/1/t"]], except: [0: ["ANY /{accountId}/s/*/t", "GET /{accountId}/s/g"]])
        #expect(try catalogue.answer(.get, "/5/s/1/t") == "5: r1")
        #expect(try catalogue.answer(.get, "/5/s/2/t") == "-")
        #expect(try catalogue.answer(.get, "/5/s/2/%74") == "-")
        #expect(try catalogue.answer(.get, "/5/s/2/T") == "-")
        #expect(try catalogue.answer(.get, "/5/s/2/t/1") == "5: r0")
        #expect(try catalogue.answer(.get, "/5/s/2") == "5: r0")
        #expect(try catalogue.answer(.head, "/5/s/g") == "-")
        #expect(try catalogue.answer(.put, "/5/s/g") == "5: r0")
        let explanation = catalogue.explain(.get, try CanonicalPath(parsing: "/5/s/1/t"))
        #expect(explanation.entries.map { "\($0.rule) \($0.role?.rawValue ?? "")" } == ["ANY /{accountId}/s/** r0", "GET /{accountId}/s/1/t r1"])
        #expect(explanation.entries[1].effect == .allows)
        #expect(explanation.entries[0].effect == .excepted(by: catalogue.roles[0].except[0]))
    }

    @Test func `the methods of a path are listed`() throws {
        let catalogue = try compiled(routes: ["GET /{accountId}/x"], [["PUT /{accountId}/x", "PURGE /{accountId}/x"], ["ANY /{accountId}/y"]])
        #expect(catalogue.methods(for: try CanonicalPath(parsing: "/5/x")).map(\.rawValue) == ["GET", "HEAD", "PUT", "PURGE"])
        #expect(catalogue.methods(for: try CanonicalPath(parsing: "/5/y")) == Method.common + [Method(parsing: "PURGE")].compactMap { $0 })
        #expect(catalogue.methods(for: try CanonicalPath(parsing: "/5/z")) == [])
    }

    @Test(arguments: [
        ("920012", 920012), ("1", 1), ("0920012", nil), ("0", nil),
        ("%20920012", nil), ("920012%20", nil), ("920012.0", nil), ("9.20012e5", nil),
        ("%2B1", nil), ("+1", nil), ("-1", nil), ("12345678901234567890", nil), ("99999999999999999999999", nil), ("0x10", nil), ("1_000", nil),
        ("%D9%A1%D9%A2", nil), ("%EF%BC%91", nil), ("1,2", nil),
        ("{accountId}".replacing("{", with: "%7b").replacing("}", with: "%7d"), nil), ("*", nil),
    ])
    func `an account id counts only in its canonical decimal form`(text: String, id: Int64?) throws {
        let match = try compiled([["GET /api/{accountId}/x"]]).match(.get, try CanonicalPath(parsing: "/api/\(text)/x"))
        guard case .rule(let rule) = match else {
            Issue.record("no rule")
            return
        }
        #expect(rule.account?.rawValue == id)
    }

    @Test func `who holds an allowing role passes, and anybody where it is open`() throws {
        let catalogue = try compiled(routes: ["GET /{accountId}/o"], [["GET /{accountId}/a"], ["GET /{accountId}/b"]])
        let held = catalogue.roleSet([RoleID(parsing: "r1"), RoleID(parsing: "gone")].compactMap { $0 })
        #expect(held.indices == [1])
        func passes(_ target: String, _ held: RoleSet) throws -> Bool {
            guard case .rule(let rule) = catalogue.match(.get, try CanonicalPath(parsing: target)) else { return false }
            return rule.allows(held)
        }
        #expect(try passes("/5/b", held))
        #expect(try !passes("/5/a", held))
        #expect(try passes("/5/o", RoleSet()))
        #expect(try !passes("/5/b", RoleSet()))
    }

    @Test func `the trie agrees with the plain reading of the templates`() throws {
        var random = Lottery(seed: 11)
        let words = ["a", "b", "ab", "*", "{x}", "a*", "*b", "a*b"]
        let methods = ["GET", "PUT", "ANY", "HEAD"]
        for _ in 0..<60 {
            let rules = (0..<24).map { number in
                var parts = (0..<random.next(4)).map { index in words[random.next(words.count)].replacing("{x}", with: "{x\(index)}") }
                parts.insert("{accountId}", at: random.next(parts.count + 1))
                return "\(methods[random.next(4)]) /\(parts.joined(separator: "/"))\(random.next(3) == 0 ? "/**" : "")"
            }
            let catalogue = try compiled(rules.map { [$0] }, except: [0: [rules[1]], 2: [rules[3], rules[4]]].mapValues { Array(Set($0)) })
            for _ in 0..<200 {
                let target = (0...random.next(5)).map { _ in ["a", "b", "ab", "aab", "B", "5"][random.next(6)] }.joined(separator: "/")
                let path = try CanonicalPath(parsing: "/" + target)
                let method: Method = [.get, .put, .head, .post][random.next(4)]
                let explanation = catalogue.explain(method, path)
                let roles = Set(explanation.entries.filter { $0.effect == .allows }.compactMap(\.role))
                var expected: Set<RoleID> = []
                if !explanation.accountsDisagree { expected = roles }
                var found: Set<RoleID> = []
                if case .rule(let rule) = catalogue.match(method, path) { found = Set(catalogue.roles(in: rule.roles).map(\.id)) }
                #expect(found == expected, "\(method) \(path)")
            }
        }
    }

    @Test func `a catalogue of five thousand rules answers right`() throws {
        let roles = (0..<250).map { role in
            (0..<20).map { rule in
                let tail = rule % 4 == 0 ? "**" : rule % 4 == 1 ? "{id}" : rule % 4 == 2 ? "x*" : "list"
                return "\(rule % 2 == 0 ? "ANY" : "GET") /api/accounts/{accountId}/p\(role)/q\(rule)/\(tail)"
            }
        }
        let catalogue = try compiled(roles)
        #expect(catalogue.catalogue.warnings.isEmpty)
        for role in 0..<250 {
            for rule in 0..<20 {
                let base = "/api/accounts/77/p\(role)/q\(rule)"
                #expect(try catalogue.answer(.get, base) == (rule % 4 == 0 ? "77: r\(role)" : "-"))
                #expect(try catalogue.answer(.get, base + "/list") == (rule % 4 == 2 ? "-" : "77: r\(role)"))
                #expect(try catalogue.answer(.put, base + "/xy") == (rule % 2 == 0 ? "77: r\(role)" : "-"))
                #expect(try catalogue.answer(.get, base + "/a/b") == (rule % 4 == 0 ? "77: r\(role)" : "-"))
            }
        }
        #expect(try catalogue.answer(.get, "/api/accounts/77/p250/q0/list") == "-")
    }
}
