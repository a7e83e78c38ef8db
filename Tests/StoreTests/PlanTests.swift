import Domain
import Ports
import TestKit
import Testing

@testable import Store

/// Pages about users cost the same among a million only while no statement behind them reads everybody.
@Suite struct PlanTests {
    /// Steps that read a table from one end to the other, or sort what was read. Going through users in the order of an index is neither: it ends
    /// with the page.
    private func slow(_ plans: Plans, walks: Bool) -> [String] {
        plans.steps.filter { sql, step in
            // Tables that hold a few rows, and what was found before.
            let reads =
                step.hasPrefix("SCAN ") && !["SCAN CONSTANT ROW", "SCAN some", "SCAN own", "SCAN others", "SCAN reminder_policies"].contains(step)
                && !step.hasPrefix("SCAN (subquery") && !step.hasPrefix("SCAN d VIRTUAL TABLE INDEX") && !step.hasPrefix("SCAN some VIRTUAL TABLE")
            let walk = walks && step.hasPrefix("SCAN u") && sql.contains(" LIMIT ") || step == "SCAN u USING INDEX users_deactivated"
            // Counting a whole table looks at none of its rows.
            let counts = ["SELECT count(*) AS n FROM users", "SELECT count(*) AS n FROM memberships"].contains(sql)
            // Sorting what is gathered is meant, as are the passwords that a background task looks at; so is sorting those alike in the time of their last use.
            let sorts = walks && step == "USE TEMP B-TREE FOR ORDER BY" && !sql.hasPrefix("SELECT c.*")
            // Asked about a user at hand, an index that begins with something else has very many.
            let strays =
                ["SEARCH g ", "SEARCH e ", "SEARCH c ", "SEARCH m "].contains { step.hasPrefix($0) } && sql.contains("u.id")
                && !step.contains("user_id=?") && !step.contains("(last_use_at")
            return reads && !walk && !counts || sorts || strays
        }.map { "\($0.step) in \($0.sql)" }
    }

    @Test func `no list of users reads all of them to show a page, neither where few fit nor where many do`() async throws {
        let crowd = try await Crowd()
        for query in FindingTests.queries {
            // One or two letters are in no index: who has them is met on the way.
            let isIndexed = LineOfText.trim(query.search).unicodeScalars.count > 2 && !query.search.contains("\0")
            let hasWay =
                query.accounts != nil || query.status != nil || query.access != nil || query.role != nil || query.level ?? .basic > .basic
                || isIndexed
            for (few, walks) in [(-1, true), (10_000, !hasWay)] {
                for order in few < 0 ? FindingTests.orders : [UserOrder(), UserOrder(.status, descending: true)] {
                    let plans = Plans()
                    try await crowd.reading(few: few, plans: plans) { (transaction) throws(Refusal) in
                        var query = query
                        (query.order, query.countsUpTo) = (order, 5)
                        _ = try transaction.users(query, now: Crowd.now)
                    }
                    let found = slow(plans, walks: walks)
                    #expect(found == [], "few \(few) \(query) \(order)")
                }
            }
        }
    }

    @Test func `no list of API passwords, no count of roles, people or admins reads everybody`() async throws {
        let crowd = try await Crowd()
        try await crowd.kit.store.change { (writer) throws(Refusal) in
            try writer.setReminderDays(of: Account.acmeEast.id, 90)
            return Audited((), AuditEntry(.userAdded, at: Crowd.now, by: .commandLine))
        }
        for few in [-1, 10_000] {
            let plans = Plans()
            try await crowd.reading(few: few, plans: plans) { (transaction) throws(Refusal) in
                for accounts in [nil, [Account.acmeEast.id]] as [Set<Identifier<Account>>?] {
                    for filter in [nil] + CredentialQuery.Filter.allCases.map(Optional.some) {
                        let query = CredentialQuery(accounts: accounts, hidesOperators: true, filter: filter, countsUpTo: 5)
                        _ = try transaction.credentialUsers(query, now: Crowd.now)
                    }
                    _ = try transaction.holders(in: accounts, hidesOperators: true, upTo: 5)
                    _ = try transaction.hasCalled(UserScope(accounts: accounts))
                    _ = try transaction.calls(UserScope(accounts: accounts), on: Crowd.now)
                }
                _ = try transaction.people(of: Account.acmeEast.id, hidesOperators: true, upTo: 5)
                _ = try transaction.activeAdmins(of: Account.acmeEast.id, besides: Identifier(1))
                _ = try transaction.admins(of: Account.acmeEast.id, limit: 5)
                _ = try transaction.activeOperators(besides: Identifier(1))
                _ = try transaction.hasOperator()
                _ = try transaction.duePasswords(until: Crowd.now + .days(1000))
                _ = try transaction.endedCredentials(since: Crowd.now, until: Crowd.now + .days(1))
            }
            #expect(slow(plans, walks: few < 0) == [])
        }
    }

    @Test func `what several filters together leave is known by the marks, and only those who have them all are looked at`() async throws {
        let crowd = try await Crowd()
        let query = UserQuery(accounts: nil, hidesOperators: false, status: .deactivated, access: .api, role: "ordering")
        let plans = Plans()
        let found = try await crowd.reading(few: 7, plans: plans) { (transaction) throws(Refusal) in
            try transaction.users(query, now: Crowd.now).rows.map(\.user.id)
        }
        #expect(found == crowd.expected(query) && !found.isEmpty)
        let marks = plans.steps.filter { $0.sql.contains("user_marks") }.map(\.step)
        #expect(marks.count == 3 && marks.allSatisfy { $0.contains("USING PRIMARY KEY (mark=?") }, "\(marks)")
        let people = plans.steps.filter { $0.sql.contains("json_each") && $0.step.contains(" u") }.map(\.step)
        #expect(people == ["SEARCH u USING INTEGER PRIMARY KEY (rowid=?)"], "\(people)")
    }

    @Test func `who holds a role is counted by its mark, or by the index of a few accounts' grants without looking at anybody`() async throws {
        let crowd = try await Crowd()
        for accounts in [nil, [Account.acmeEast.id]] as [Set<Identifier<Account>>?] {
            let plans = Plans()
            try await crowd.reading(few: -1, plans: plans) { (transaction) throws(Refusal) in
                _ = try transaction.holders(in: accounts, hidesOperators: true, upTo: 5)
            }
            // But for operators, whom a count leaves out.
            let looked = plans.steps.filter { step in step.step.contains(" u ") && !step.step.contains("users_level") }
            #expect(looked.isEmpty, "\(looked)")
        }
    }

    @Test func `a statement that reads everybody is seen by these tests`() async throws {
        let crowd = try await Crowd()
        let plans = Plans()
        try await crowd.reading(few: 0, plans: plans) { (transaction) throws(Refusal) in
            _ = try transaction.number("SELECT count(*) AS n FROM users u WHERE +u.api = 1")
            _ = try transaction.number("SELECT u.id AS n FROM users u ORDER BY u.first_name LIMIT 1")
            let holds = "EXISTS (SELECT 1 FROM grants g WHERE g.user_id = u.id AND g.role = 'ordering')"
            _ = try transaction.query("SELECT u.id FROM users u INDEXED BY users_access WHERE u.dashboard = 1 AND \(holds)")
        }
        #expect(slow(plans, walks: true).count == 3)
    }
}
