import Domain
import Ports
import TestKit
import Testing

@testable import Store

/// Whichever way a list is found, it is the same list.
@Suite struct FindingTests {
    private static let both: Set<Identifier<Account>> = [Account.acmeEast.id, Account.acmeWest.id]

    /// Every filter alone, and some together.
    static let queries: [UserQuery] = {
        func query(_ accounts: Set<Identifier<Account>>? = nil, hides: Bool = false, _ change: (inout UserQuery) -> Void = { _ in }) -> UserQuery {
            var query = UserQuery(accounts: accounts, hidesOperators: hides)
            change(&query)
            return query
        }
        var queries = [
            query(), query(hides: true), query([Account.acmeEast.id], hides: true), query([Account.acmeWest.id]), query(both, hides: true), query([]),
        ]
        queries += UserStatus.allCases.map { status in query { $0.status = status } }
        queries += AdministrationLevel.allCases.map { level in query(both) { $0.level = level } }
        queries += UserQuery.Access.allCases.map { access in query { $0.access = access } }
        for role in ["ordering", "billing", "nothing"] {
            queries += [query { $0.role = role }, query([Account.acmeEast.id]) { $0.role = role }, query(both, hides: true) { $0.role = role }]
        }
        for search in ["user.1", "ser.", "ö", "öd", "öde b", "9195551", "555-10", "(919) 555-1003", "\"", "a\0b", "nobody", "r.3\n"] {
            queries += [query { $0.search = search }, query([Account.acmeWest.id], hides: true) { $0.search = search }]
        }
        queries.append(
            query([Account.acmeEast.id], hides: true) {
                $0.status = .active; $0.access = .both; $0.role = "ordering"; $0.search = "ada"
            })
        for status in UserStatus.allCases {
            queries.append(
                query {
                    $0.status = status; $0.access = .api; $0.role = "ordering"
                })
            queries.append(
                query(both, hides: true) {
                    $0.status = status; $0.level = .admin
                })
        }
        queries.append(
            query([Account.acmeWest.id], hides: true) {
                $0.access = .dashboard; $0.role = "ordering"
            })
        queries.append(
            query {
                $0.access = .both; $0.search = "öde"
            })
        return queries
    }()

    /// The search takes what separates digits for nothing.
    private func readable(_ query: UserQuery) -> UserQuery {
        var query = query
        if query.search == "555-10" { query.search = "55510" }
        if query.search == "(919) 555-1003" { query.search = "9195551003" }
        if query.search == "r.3\n" { query.search = "r.3" }
        return query
    }

    @Test func `every filter in every order is what reading everything gives, for few and for many, cut into pages and counted`() async throws {
        let crowd = try await Crowd()
        #expect(Set(crowd.users.map(\.status)) == Set(UserStatus.allCases))
        for (few, orders) in [(-1, Self.orders), (7, [Self.orders[5]]), (10_000, [Self.orders[1], Self.orders[5]])] {
            for query in Self.queries {
                for order in orders {
                    var query = query
                    query.order = order
                    try await check(query, few: few, crowd)
                }
            }
        }
    }

    static let orders = UserOrder.Key.allCases.flatMap { key in [false, true].map { UserOrder(key, descending: $0) } }

    private struct Cut: Sendable {
        let offset: Int
        let limit: Int
        let whole: UserPage
        let bounded: UserPage
    }

    private func check(_ query: UserQuery, few: Int, _ crowd: Crowd) async throws {
        let expected = crowd.expected(readable(query))
        let about = Comment(rawValue: "few \(few) \(query)")
        let pages = [(3, 4), (max(0, expected.count - 2), 5), (0, .max)]
        let (cuts, all) = try await crowd.reading(few: few) { (transaction) throws(Refusal) in
            var cuts: [Cut] = []
            for (offset, limit) in pages {
                var page = query
                (page.offset, page.limit) = (offset, limit)
                let whole = try transaction.users(page, now: Crowd.now)
                page.countsUpTo = 4
                cuts.append(Cut(offset: offset, limit: limit, whole: whole, bounded: try transaction.users(page, now: Crowd.now)))
            }
            return (cuts, try transaction.userIDs(query, now: Crowd.now))
        }
        #expect(all == expected, about)
        for cut in cuts {
            let page = Array(expected.dropFirst(cut.offset).prefix(cut.limit))
            #expect(cut.whole.rows.map(\.user.id) == page && cut.bounded.rows.map(\.user.id) == page, about)
            #expect(cut.whole.total == Tally(expected.count), about)
            guard cut.bounded.total.isMore else {
                #expect(cut.bounded.total == cut.whole.total, about)
                continue
            }
            let end = cut.limit == .max ? .max : cut.offset + cut.limit
            #expect(cut.bounded.total.number >= max(4, end) && cut.bounded.total.number < expected.count, about)
        }
    }

    @Test func `roles and people of accounts are counted the same way for few and for many`() async throws {
        let crowd = try await Crowd()
        for accounts in [nil, [Account.acmeEast.id], Self.both] {
            var expected: [String: Tally] = [:]
            for role in ["ordering", "messaging", "billing"] {
                expected[role] = Tally(crowd.expected(UserQuery(accounts: accounts, hidesOperators: true, role: role)).count)
            }
            for few in [0, 10_000] {
                let found = try await crowd.reading(few: few) { (store) throws(Refusal) in
                    try store.holders(in: accounts, hidesOperators: true, upTo: .max)
                }
                #expect(found == expected)
                let bounded = try await crowd.reading(few: few) { (store) throws(Refusal) in
                    try store.holders(in: accounts, hidesOperators: true, upTo: 3)
                }
                #expect(bounded.values.allSatisfy { $0 == Tally(3, isMore: true) })
            }
        }
        for few in [0, 30, 10_000] {
            let people = try await crowd.reading(few: few) { (store) throws(Refusal) in
                try store.people(of: Account.acmeWest.id, hidesOperators: true, upTo: .max)
            }
            #expect(people == Tally(crowd.expected(UserQuery(accounts: [Account.acmeWest.id], hidesOperators: true)).count))
        }
    }
}
