import Domain
import Foundation
import Ports
import Secrets
import Store
import TestKit
import Testing

@Suite struct CopyTests {
    static let now = FixedInstants.start

    @Test func `a backup is a whole database, its owner's alone, and never overwrites`() async throws {
        let kit = try await TestStore.open()
        let user = try await kit.insertUser("ada.byron")
        let directory = try TestDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.file("backup.sqlite")
        try await kit.store.backUp(to: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        await #expect(throws: StoreFault.self) { try await kit.store.backUp(to: path) }
        let copy = try SQLiteStore(path: path, sealer: Sealer(kit.key), audit: KeyedDigester(kit.key, purpose: .audit), log: { _ in })
        try await copy.read { (reader) throws(Refusal) in
            #expect(try reader.user(named: "ada.byron") == user)
            #expect(try reader.credentials(of: user.id).count == 1)
            #expect(try reader.verifyAudit() == .intact(entries: 3))
        }
        #expect(try await copy.facts().isSafe)
    }

    @Test func `after a rotation everything is sealed anew, and the older key opens nothing`() async throws {
        let directory = try TestDirectory()
        defer { withExtendedLifetime(directory) {} }
        let keyPath = directory.file("key")
        let old = try InstanceKey.load(from: keyPath, creatingWith: CountingEntropy())
        let audit = KeyedDigester(old, purpose: .audit)
        let store = try SQLiteStore(path: directory.file("db"), sealer: Sealer(old), audit: audit, log: { _ in })
        let newUser = try { () throws(FieldFault) in
            var fixture = UserFixture("ada.byron")
            fixture.grants = [:]
            return try fixture.newUser()
        }()
        let credential = NewCredential(hash: PasswordHashing.fastForTests.hash(Secret("x")), madeAt: Self.now, knownByAdmin: false)
        let user = try await store.change { (writer) throws(Refusal) in
            let user = try writer.insert(newUser)
            try writer.replaceCredentials(of: user.id, with: credential)
            try writer.enqueue(.test(first: "Ada", at: Self.now), to: user.email, user: user.id, at: Self.now)
            return Audited(user, AuditEntry(.userAdded, at: Self.now, by: .system, on: user.id))
        }
        let new = try InstanceKey.rotate(at: keyPath, with: CountingEntropy(seed: 1))
        let rotated = try SQLiteStore(path: store.path, sealer: Sealer(new), audit: audit, log: { _ in })
        #expect(try await rotated.reseal() == 2)
        #expect(try await rotated.reseal() == 0)
        let stored = try await rotated.read { (reader) throws(Refusal) in try reader.credentials(of: user.id).first?.hash }
        #expect(stored == credential.hash)
        let refusal = await #expect(throws: Refusal.self) {
            try await store.read { (reader) throws(Refusal) in try reader.credentials(of: user.id) }
        }
        #expect(refusal == .unavailable)
    }
}
