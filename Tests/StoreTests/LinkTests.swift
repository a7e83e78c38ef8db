import Domain
import Ports
import Secrets
import Store
import TestKit
import Testing

@Suite struct LinkTests {
    static let now = FixedInstants.start

    @Test func `a link redeemed by fifty at once is redeemed by one`() async throws {
        let kit = try await TestStore.open()
        let user = try await kit.insertUser("ada.byron")
        let digest = try await Self.issue(.verification, user.id, kit)
        let wins = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { await Self.redeem(digest, kit.store) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
        let entries = try await kit.store.read { (reader) throws(Refusal) in try reader.audit(AuditQuery(actions: [.verified])) }
        #expect(entries.count == 1)
    }

    @Test func `a newer link replaces older ones of its purpose and user only`() async throws {
        let kit = try await TestStore.open()
        let ada = try await kit.insertUser("ada.byron")
        let grace = try await kit.insertUser("grace.hopper")
        let old = try await Self.issue(.verification, ada.id, kit)
        let reset = try await Self.issue(.reset, ada.id, kit)
        let others = try await Self.issue(.verification, grace.id, kit)
        let new = try await Self.issue(.verification, ada.id, kit)
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.link(old)?.state == .replaced)
            #expect(try reader.link(reset)?.state == .open)
            #expect(try reader.link(others)?.state == .open)
            #expect(try reader.openLinks(of: ada.id, purpose: .verification).map(\.digest) == [new])
        }
    }

    @Test func `a newer setup link replaces the older one, though neither has a user`() async throws {
        let kit = try await TestStore.open()
        let old = try await Self.issue(.setup, nil, kit)
        let new = try await Self.issue(.setup, nil, kit)
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.link(old)?.state == .replaced)
            #expect(try reader.link(new)?.state == .open)
        }
    }

    @Test func `ending links of one purpose leaves those of another`() async throws {
        let kit = try await TestStore.open()
        let ada = try await kit.insertUser("ada.byron")
        let reset = try await Self.issue(.reset, ada.id, kit)
        let verification = try await Self.issue(.verification, ada.id, kit)
        try await Self.act(kit) { (writer) throws(Refusal) in try writer.endLinks(of: ada.id, purpose: .reset) }
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.link(reset)?.state == .replaced)
            #expect(try reader.link(verification)?.state == .open)
        }
        try await Self.act(kit) { (writer) throws(Refusal) in try writer.endLinks(of: ada.id, purpose: nil) }
        let state = try await kit.store.read { (reader) throws(Refusal) in try reader.link(verification)?.state }
        #expect(state == .replaced)
    }

    @Test func `time ends sessions and abandoned prepared passwords, and an expired link can still say so`() async throws {
        let kit = try await TestStore.open()
        let ada = try await kit.insertUser("ada.byron")
        let link = try await Self.issue(.verification, ada.id, kit)
        let session = Session(
            digest: try Self.digest(kit), user: ada.id, createdAt: Self.now, lastSeenAt: Self.now, expiresAt: Self.now + .hours(12),
            address: "192.0.2.1", client: "Browser")
        try await Self.act(kit) { (writer) throws(Refusal) in
            try writer.insert(session)
            try writer.keepPreparedPassword(PreparedPassword(sealed: [1, 2, 3], madeAt: Self.now), for: ada.id)
        }
        for (span, sessions, prepared) in [(Duration.minutes(29), 1, true), (.minutes(30), 0, true), (.hours(73), 0, false)] {
            try await kit.store.note { (notes) throws(Refusal) in try notes.sweep(now: Self.now + span) }
            try await kit.store.read { (reader) throws(Refusal) in
                #expect(try reader.sessions(of: ada.id).count == sessions)
                #expect(try (reader.preparedPassword(of: ada.id) != nil) == prepared)
                #expect(try reader.link(link)?.expiresAt == Self.now + .hours(72))
            }
        }
    }

    static func digest(_ kit: TestStore) throws -> Digest { try #require(Digest(bytes: kit.entropy.bytes(32))) }

    static func issue(_ purpose: LinkPurpose, _ user: Identifier<User>?, _ kit: TestStore) async throws -> Digest {
        let link = NewLink(
            digest: try digest(kit), purpose: purpose, user: user, createdAt: now, expiresAt: now + Lifetimes.verificationLink)
        try await act(kit) { (writer) throws(Refusal) in try writer.insert(link) }
        return link.digest
    }

    static func act(_ kit: TestStore, _ body: @escaping @Sendable (any StoreWriter) throws(Refusal) -> Void) async throws {
        try await kit.store.change { (writer) throws(Refusal) in
            try body(writer)
            return Audited((), AuditEntry(.userChanged, at: now, by: .system))
        }
    }

    static func redeem(_ digest: Digest, _ store: SQLiteStore) async -> Bool {
        do throws(Refusal) {
            return try await store.change { (writer) throws(Refusal) in
                guard let link = try writer.link(digest), link.state == .open else { throw .link(.used) }
                try writer.setLink(digest, .used(at: now), wrongTries: 0)
                return Audited(true, AuditEntry(.verified, at: now, by: .stranger, on: link.user))
            }
        } catch {
            #expect(error == .link(.used))
            return false
        }
    }
}
