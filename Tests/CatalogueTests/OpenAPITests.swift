import Testing

@testable import Catalogue

@Suite struct `A catalogue from an OpenAPI document` {
    private func made(_ text: String, _ change: (inout OpenAPIConversion.Options) -> Void = { _ in }) throws -> OpenAPIConversion {
        var options = OpenAPIConversion.Options()
        change(&options)
        return try OpenAPIConversion(Array(text.utf8), options)
    }

    private func fault(_ text: String, _ change: (inout OpenAPIConversion.Options) -> Void = { _ in }) throws -> OpenAPIFault? {
        do {
            _ = try made(text, change)
            return nil
        } catch let fault as OpenAPIFault { return fault }
    }

    private func rules(_ conversion: OpenAPIConversion) -> [String: [String]] {
        Dictionary(uniqueKeysWithValues: conversion.catalogue.roles.map { role in (role.id.rawValue, role.allow.map(\.description)) })
    }

    static let shop = """
        openapi: 3.1.0
        info: {title: "Shop & API", version: "1"}
        servers:
          - url: https://{region}.example.com/{stage}/shop/
            variables: {region: {default: eu}, stage: {default: v2}}
        tags:
          - name: Orders
            description: "Search and\\n  place orders. Terms &conditions apply."
        paths:
          /accounts/{account_id}/orders:
            get: {tags: [Orders]}
            head: {tags: [Orders]}
            post: {tags: [Orders, Sales]}
          /accounts/{account_id}/orders/{order-id}:
            $ref: "#/components/pathItems/order"
          /accounts/{account_id}/reports/{from}..{to}:
            get: {}
          /accounts/{account_id}/invoices/{id}.pdf:
            get: {tags: [Invoices]}
            trace: {tags: [Invoices]}
          /status:
            get: {tags: [Health]}
          /accounts/{account_id}/trailing/:
            get: {tags: [Orders]}
          /accounts/x-{account_id}/inside:
            get: {tags: [Orders]}
          /elsewhere: {$ref: "other.yaml#/paths/x"}
        components:
          pathItems:
            order:
              delete: {tags: [orders]}
        """

    @Test func `a tag becomes a role, servers' paths are joined, and references within the document are followed`() throws {
        let made = try made(Self.shop)
        #expect(
            rules(made) == [
                "orders": [
                    "GET /v2/shop/accounts/{accountId}/orders", "POST /v2/shop/accounts/{accountId}/orders",
                    "DELETE /v2/shop/accounts/{accountId}/orders/{order-id}",
                ],
                "sales": ["POST /v2/shop/accounts/{accountId}/orders"],
                "reports": ["GET /v2/shop/accounts/{accountId}/reports/*"],
                "invoices": ["GET /v2/shop/accounts/{accountId}/invoices/*.pdf"],
            ])
        #expect(made.catalogue.roles.first?.description == "Search and place orders. Terms & conditions apply.")
        #expect(made.catalogue.roles.first?.area == "Shop & API")
        #expect(made.accountParameter == "account_id")
        #expect(made.wider == 1)
        #expect(made.catalogue.warnings.isEmpty)
    }

    @Test func `what no rule can speak of is named with its reason`() throws {
        let made = try made(Self.shop)
        #expect(made.leftOut == 5)
        for line in [
            "no account id in the path", "#   GET /v2/shop/status", "a slash at the end", "only a part of its segment", "a method that the gate",
            "#   TRACE /v2/shop/accounts/{account_id}/invoices/{id}.pdf", "written in another file", "#   /elsewhere",
        ] { #expect(made.yaml.contains(line), "\(line)") }
    }

    @Test func `a split gives a role to view and one to update`() throws {
        let made = try made(Self.shop) { $0.splits = true }
        #expect(Set(made.catalogue.roles.map(\.id.rawValue)) == ["orders-view", "orders-update", "sales-update", "reports-view", "invoices-view"])
        #expect(
            made.catalogue.roles.first { $0.id.rawValue == "orders-view" }?.allow.map(\.description) == ["GET /v2/shop/accounts/{accountId}/orders"])
    }

    @Test func `a prefix names the account where paths do not, and only chosen tags are made`() throws {
        let document = #"{"swagger":"2.0","basePath":"/v1","paths":{"/pets":{"get":{"tags":["Pets"]}},"/cars":{"get":{"tags":["Cars"]}}}}"#
        #expect(try fault(document) == .noAccount(known: []))
        let made = try made(document) {
            $0.prefix = "/accounts/{accountId}/"
            $0.tags = ["pets"]
        }
        #expect(rules(made) == ["pets": ["GET /accounts/{accountId}/v1/pets"]])
        #expect(try fault(document) { $0.prefix = "accounts" } == .badPrefix(TemplateFault(kind: .noLeadingSlash, offset: 0).sentence))
        #expect(
            try fault(document) {
                $0.prefix = "/{accountId}"
                $0.tags = ["Dogs"]
            } == .noSuchTag("Dogs", known: ["Pets", "Cars"]))
    }

    @Test func `tags that look alike as ids stay apart, and tags that are alike are one`() throws {
        let tags = ["C", "C++", "c", "犬", "3D", "&x: [y]", "a\\\"b", "# no comment", "null", "Orders\\u0007", "  "]
        let paths = tags.enumerated().map { index, tag in "\"/{accountId}/p\(index)\":{\"get\":{\"tags\":[\"\(tag)\"]}}" }
        let made = try made(#"{"openapi":"3.0.0","paths":{"# + paths.joined(separator: ",") + "}}")
        #expect(made.catalogue.roles.map(\.name) == ["C", "C++", "犬", "3D", "& x: [y]", "a\"b", "# no comment", "null", "Orders", "API"])
        #expect(made.catalogue.roles.prefix(2).map(\.id.rawValue) == ["c", "c-2"])
        #expect(made.catalogue.roles[0].allow.count == 2)
        #expect(made.catalogue.roles[3].id.rawValue == "tag-3d")
    }

    @Test(arguments: [
        ("account_id", "tenant", "account_id", false), ("org", "tenantId", "tenantId", true), ("AccountSid", "account", "AccountSid", false),
    ])
    func `the account id is guessed from what parameters are called`(first: String, second: String, expected: String, doubtful: Bool) throws {
        let made = try made(#"{"openapi":"3.0.0","paths":{"/{\#(first)}/a":{"get":{}},"/{\#(second)}/b":{"get":{}}}}"#)
        #expect(made.accountParameter == expected)
        #expect(made.isAccountDoubtful == doubtful)
    }

    @Test func `a parameter that is named must be there`() throws {
        let document = #"{"openapi":"3.0.0","paths":{"/{team-ID}/a/{accountId}":{"get":{}}}}"#
        #expect(rules(try made(document) { $0.accountParameter = "teamId" }) == ["a": ["GET /{accountId}/a/{accountId2}"]])
        #expect(try fault(document) { $0.accountParameter = "owner" } == .noSuchParameter("owner", known: ["accountId", "team-ID"]))
    }

    @Test func `documents that would multiply or nest without bound are refused`() throws {
        let deep = #"{"openapi":"3.0.0","x":"# + String(repeating: "[", count: 100_000)
        #expect(try fault(deep) == .tooDeep)
        let kept = #"{"openapi":"3.0.0","servers":"# + String(repeating: "[", count: 100)
        #expect(try fault(kept) == .tooDeep)
        #expect(try fault("openapi: 3.0.0\na: &a [x]\nb: *a\npaths: {}") == .alias("a"))
        #expect(try fault("openapi: 3.0.0\nd: \"&nbsp; and *this*\"\npaths: {}") == .noAccount(known: []))
        guard case .syntax = try fault("openapi: 3.0.0\nx: " + String(repeating: "[", count: 50_000)) else {
            Issue.record("nested YAML was read")
            return
        }
        #expect(try fault(String(repeating: " ", count: OpenAPIFault.largestDocument + 1)) == .tooLarge)
    }

    @Test(arguments: ["", "{}", "[]", "a", "openapi: 2.0\npaths: {}", #"{"openapi":"3.0.0"}"#, "{\"openapi\":", "{\"a\" 1}", "\u{FEFF}{}"])
    func `what is no OpenAPI document is refused`(text: String) throws { #expect(try fault(text) != nil) }

    @Test func `path items that refer to each other in a ring are left out`() throws {
        let made = try made(
            ##"{"openapi":"3.0.0","paths":{"/{accountId}/a":{"$ref":"#/paths/~1%7BaccountId%7D~1b"},"/{accountId}/b":{"$ref":"#/paths/~1{accountId}~1a"},"/{accountId}/c":{"get":{}}}}"##
        )
        #expect(rules(made) == ["c": ["GET /{accountId}/c"]])
        #expect(made.leftOut == 2)
    }
}
