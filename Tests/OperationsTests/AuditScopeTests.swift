import Domain
import Operations
import Ports
import TestKit
import Testing

/// What an admin may read in the audit trail: their accounts and their people, whoever acted.
@Suite struct AuditScopeTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    private func named(in records: [AuditRecord]) -> Set<String> { Set(records.compactMap(\.entry.targetUsername)) }

    @Test func `an admin reads nothing about users of accounts they do not have, whoever added them`() async throws {
        try await workshop.add("west.only", by: people.abel) {
            $0.accounts = [Account.acmeWest.id.description]
            $0.roles = []
        }
        let trail = AuditTrail(workshop.instruments)
        let seen = try await trail.list(as: workshop.admin(people.ana), before: nil, limit: 1000)
        #expect(!named(in: seen).contains("west.only"))
        #expect(try await named(in: trail.list(as: workshop.admin(people.wes), before: nil, limit: 1000)).contains("west.only"))
        #expect(try await named(in: trail.list(as: workshop.admin(people.olga), before: nil, limit: 1000)).contains("west.only"))
    }

    @Test func `a colleague's activity shows what they did in shared accounts only`() async throws {
        try await workshop.add("west.only", by: people.abel) {
            $0.accounts = [Account.acmeWest.id.description]
            $0.roles = []
        }
        try await workshop.add("east.too", by: people.abel)
        let activity = try await ShowUsers(workshop.instruments).activity(
            as: workshop.admin(people.ana), people.abel, before: nil, limit: 200)
        #expect(named(in: activity).contains("east.too") && !named(in: activity).contains("west.only"))
    }

    @Test func `an admin reads nothing about operators and their settings`() async throws {
        try await workshop.settings { $0.renewalDays = 30 }
        _ = try await workshop.signIn(people.olga)
        let seen = try await AuditTrail(workshop.instruments).list(as: workshop.admin(people.ana), before: nil, limit: 1000)
        #expect(!seen.contains { $0.entry.action == .settingsChanged } && !named(in: seen).contains(people.olga))
    }
}
