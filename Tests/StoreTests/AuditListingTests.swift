import Domain
import Ports
import TestKit
import Testing

@testable import Store

/// Pages of the trail are cut in the order of an index; what they hold is what reading everything would find.
@Suite struct AuditListingTests {
    private static let now = Instant(milliseconds: 1_795_000_000_000)

    private struct Trail {
        let kit: TestStore
        let people: [User]
        let records: [AuditRecord]

        func isIn(_ record: AuditRecord, _ accounts: Set<Identifier<Account>>?) -> Bool {
            guard let accounts else { return true }
            if let account = record.entry.account { return accounts.contains(account) }
            return people.contains { $0.id == record.entry.target && $0.level < .operator && !accounts.isDisjoint(with: $0.accounts) }
        }

        func expected(_ query: AuditQuery) -> [Int64] {
            let found = records.filter { record in
                (query.about == nil || record.entry.target == query.about || record.entry.actor.user == query.about)
                    && isIn(record, query.accounts) && (query.actions?.contains(record.entry.action) ?? true)
                    && (query.filter.text.isEmpty
                        || "\(record.entry.targetUsername ?? "") \(record.entry.actor.name ?? "")".contains(query.filter.text.lowercased()))
                    && record.number < query.before ?? .max && record.number > query.after ?? 0
            }.map(\.number).sorted()
            let page = query.after == nil ? found.suffix(query.limit) : found.prefix(query.limit)
            return page.reversed()
        }
    }

    /// - Parameter outsiders: users of the second account besides the few that the trail is about: beside them those of the first are few.
    private func trail(outsiders: Int) async throws -> Trail {
        let kit = try await TestStore.open()
        var people: [User] = []
        for (index, name) in ["ada.byron", "bea.basic", "carl.west", "dora.both", "otto.oper"].enumerated() {
            people.append(
                try await kit.insertUser(name) {
                    $0.grants =
                        index == 2
                        ? [Account.acmeWest.id: []] : index == 3 ? [Account.acmeEast.id: [], Account.acmeWest.id: []] : [Account.acmeEast.id: []]
                    if index == 4 { $0.level = .operator }
                })
        }
        for number in 0..<outsiders { _ = try await kit.insertUser("crowd-\(number)") { $0.grants = [Account.acmeWest.id: []] } }
        let actions: [AuditAction] = [.signedIn, .userChanged, .accessChanged]
        let entries = (0..<400).map { index in
            let actor = people[index * 7 % 5]
            let target = people[index * 3 % 5]
            return AuditEntry(
                actions[index % 3], at: Self.now, by: index % 4 == 0 ? .system : .user(actor.id, username: actor.username.text),
                on: index % 6 == 5 ? nil : target.id, named: index % 6 == 5 ? nil : target.username.text,
                account: index % 5 == 0 ? Account.acmeWest.id : index % 5 == 1 ? Account.acmeEast.id : nil)
        }
        try await kit.store.change { (_) throws(Refusal) in Audited((), AuditEntry(.setUp, at: Self.now, by: .setup), and: entries) }
        let records = try await kit.store.read { (store) throws(Refusal) in try store.audit(AuditQuery(limit: 10_000)) }
        return Trail(kit: kit, people: people, records: records)
    }

    @Test(arguments: [0, 100], [-1, 10_000])
    func `every page of the trail holds what reading everything would find`(outsiders: Int, few: Int) async throws {
        let trail = try await trail(outsiders: outsiders)
        // The crowd's own entries are everybody's noise: only the last few hundred are asked about.
        let floor = trail.records.count - 400
        let east: Set = [Account.acmeEast.id]
        for about in [nil, trail.people[0].id, trail.people[4].id] {
            for accounts in [nil, east, [Account.acmeWest.id], [Account.acmeEast.id, Account.acmeWest.id], []] {
                for actions in [nil, [AuditAction.signedIn, .accessChanged]] as [Set<AuditAction>?] {
                    for (before, after) in [(nil, Int64(floor)), (Int64(floor + 300), nil)] as [(Int64?, Int64?)] {
                        for text in ["", "byron", "BYRON", "by", "nobody"] {
                            let query = AuditQuery(
                                about: about, accounts: accounts, actions: actions, before: before, after: after, filter: AuditFilter(text: text),
                                limit: 20)
                            let found = try await trail.kit.reading(few: few) { (store) throws(Refusal) in try store.audit(query).map(\.number) }
                            #expect(found == trail.expected(query), "\(query)")
                        }
                    }
                }
            }
        }
    }

    /// How the database goes through the trail for a page, and what it sorts on the way.
    private func steps(_ trail: Trail, few: Int = 10_000, _ query: AuditQuery) async throws -> [String] {
        let plans = Plans()
        try await trail.kit.reading(few: few, plans: plans) { (store) throws(Refusal) in _ = try store.audit(query) }
        return plans.steps.filter { $0.sql.hasPrefix("SELECT * FROM audit") }.map(\.step)
    }

    @Test func `entries of some actions are read in the order of an index that has each action, in whichever accounts`() async throws {
        let trail = try await trail(outsiders: 0)
        let actions: Set<AuditAction> = [.signedIn, .accessChanged]
        for accounts in [nil, [Account.acmeEast.id], [Account.acmeEast.id, Account.acmeWest.id]] as [Set<Identifier<Account>>?] {
            let steps = try await steps(trail, few: -1, AuditQuery(accounts: accounts, actions: actions, limit: 20))
            let reads = steps.filter { $0.hasPrefix("SEARCH a ") || $0.hasPrefix("SCAN a") }
            let index = accounts == nil ? "audit_action (action=?" : "audit_account_action (account_id=? AND action=?"
            // Those of each account, and those of none that are about its people.
            #expect(reads.count == (accounts.map { $0.count + 1 } ?? 1) * actions.count)
            #expect(reads.allSatisfy { $0.contains(index) }, "\(reads)")
        }
    }

    @Test func `of accounts with few people those are looked up, and not everybody's entries of an action`() async throws {
        let trail = try await trail(outsiders: 100)
        let steps = try await steps(trail, AuditQuery(accounts: [Account.acmeEast.id], actions: [.signedIn], limit: 20))
        #expect(steps.contains { $0.hasPrefix("SEARCH a USING INDEX audit_target (target_id=?") }, "\(steps)")
    }

    @Test func `text is looked for in the index of it where few have it, and by reading where many do`() async throws {
        let trail = try await trail(outsiders: 0)
        for accounts in [nil, [Account.acmeEast.id]] as [Set<Identifier<Account>>?] {
            let query = AuditQuery(accounts: accounts, filter: AuditFilter(text: "byron"), limit: 20)
            #expect(try await steps(trail, query).contains { $0.hasPrefix("SCAN d VIRTUAL TABLE") })
            #expect(try await steps(trail, query).contains { $0.hasPrefix("SCAN a") } == false)
            #expect(try await steps(trail, few: -1, query).contains { $0.hasPrefix("SCAN a") })
        }
    }

    @Test func `text is found in whatever of an entry a search looks through, and entries of before are found too`() async throws {
        let kit = try await TestStore.open()
        let entry = AuditEntry(
            .userChanged, at: Self.now, by: .commandLine, named: "Target.Name", result: .refused(reason: "wrong-reason"), from: "203.0.113.77",
            changes: [AuditChange("phone", before: nil, after: "Ünique")], requestID: "req_abc123")
        let other = AuditEntry(.signedIn, at: Self.now, by: .user(Identifier(7), username: "actor.name"))
        try await kit.store.change { (_) throws(Refusal) in Audited((), entry, and: [other]) }
        for (text, count) in [
            ("target.n", 1), ("WRONG-", 1), ("0.113.7", 1), ("Ünique", 1), ("ünique", 0), ("REQ_abc123", 1), ("actor.", 1), (".name", 2), ("%", 0),
            ("a\"c", 0),
            ("act", 1), ("ac", 1),
        ] {
            let found = try await kit.reading(few: 10_000) { (store) throws(Refusal) in try store.audit(AuditQuery(filter: AuditFilter(text: text))) }
            let read = try await kit.reading(few: -1) { (store) throws(Refusal) in try store.audit(AuditQuery(filter: AuditFilter(text: text))) }
            #expect(found.count == count && read == found, "\(text)")
        }
    }
}

extension AuditActor {
    fileprivate var user: Identifier<User>? { named?.id }
    fileprivate var name: String? { named?.username }

    private var named: (id: Identifier<User>, username: String)? {
        switch self {
        case .user(let id, let username): (id, username)
        case .commandLine, .setup, .system, .stranger: nil
        }
    }
}
