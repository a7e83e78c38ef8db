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
                        || "\(record.entry.targetUsername ?? "") \(record.entry.actor.name ?? "")".contains(query.filter.text))
                    && record.number < query.before ?? .max && record.number > query.after ?? 0
            }.map(\.number).sorted()
            let page = query.after == nil ? found.suffix(query.limit) : found.prefix(query.limit)
            return page.reversed()
        }
    }

    /// - Parameter crowd: users of the first account besides the few that the trail is about.
    private func trail(crowd: Int) async throws -> Trail {
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
        for number in 0..<crowd { _ = try await kit.insertUser("crowd-\(number)") { $0.grants = [Account.acmeEast.id: []] } }
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

    @Test(arguments: [0, AuditListing.crowd])
    func `every page of the trail holds what reading everything would find`(crowd: Int) async throws {
        let trail = try await trail(crowd: crowd)
        // The crowd's own entries are everybody's noise: only the last few hundred are asked about.
        let floor = trail.records.count - 400
        let east: Set = [Account.acmeEast.id]
        for about in [nil, trail.people[0].id, trail.people[4].id] {
            for accounts in [nil, east, [Account.acmeWest.id], [Account.acmeEast.id, Account.acmeWest.id], []] {
                for actions in [nil, [AuditAction.signedIn, .accessChanged]] as [Set<AuditAction>?] {
                    for (before, after) in [(nil, Int64(floor)), (Int64(floor + 300), nil)] as [(Int64?, Int64?)] {
                        for text in ["", "byron"] {
                            let query = AuditQuery(
                                about: about, accounts: accounts, actions: actions, before: before, after: after, filter: AuditFilter(text: text),
                                limit: 20)
                            let found = try await trail.kit.store.read { (store) throws(Refusal) in try store.audit(query).map(\.number) }
                            #expect(found == trail.expected(query), "\(query)")
                        }
                    }
                }
            }
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
