import Testing

@testable import Catalogue

struct `What matching costs` {
    /// A catalogue of so many rules, ten to a role, in which the paths asked about are always the same.
    private func catalogue(rules count: Int) throws -> CompiledCatalogue {
        var rules = [
            "GET /api/accounts/{accountId}/orders", "GET /api/accounts/{accountId}/orders/*/lines", "ANY /api/accounts/{accountId}/files/**",
        ]
        for number in rules.count..<count {
            // Siblings at every depth, so that a search that looked at them would be seen.
            switch number % 4 {
            case 0: rules.append("GET /api/accounts/{accountId}/thing\(number)")
            case 1: rules.append("GET /api/accounts/{accountId}/orders/*/part\(number)")
            case 2: rules.append("POST /api/accounts/{accountId}/files/kind\(number)/*")
            case _: rules.append("GET /api/other\(number)/{accountId}/orders")
            }
        }
        let roles = stride(from: 0, to: count, by: max(10, count / 100)).map { start in Array(rules[start..<min(count, start + max(10, count / 100))])
        }
        return try compiled(roles)
    }

    @Test(arguments: [
        "/api/accounts/920012/orders", "/api/accounts/920012/orders/17/lines", "/api/accounts/920012/files/a/b/c/d", "/api/accounts/920012/nowhere",
        "/nowhere/at/all",
    ])
    func `the same path walks through the same number of nodes among 50, 500 and 5,000 rules`(_ target: String) throws {
        let path = try CanonicalPath(parsing: target)
        let steps = try [50, 500, 5000].map { count in try catalogue(rules: count).steps(.get, path) }
        #expect(Set(steps).count == 1, "\(steps)")
        #expect(steps.allSatisfy { $0 <= 2 * path.segments.count + 1 }, "\(steps)")
    }
}
