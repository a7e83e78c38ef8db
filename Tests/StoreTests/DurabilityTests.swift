import Domain
import Foundation
import GRDB
import Ports
import Secrets
import TestKit
import Testing

@testable import Store

@Suite struct DurabilityTests {
    static let now = FixedInstants.start

    @Test func `what is acknowledged is on the disk: FULL and WAL, after opening and after opening again`() async throws {
        let kit = try await TestStore.open(durable: true)
        let first = try await kit.store.facts()
        #expect(first.synchronous == 2 && first.journalMode == "wal" && first.foreignKeys && first.secureDelete && first.isSafe)
        kit.store.close()
        let again = try await kit.openAgain().facts()
        #expect(again.synchronous == 2 && again.journalMode == "wal" && again.isSafe)
        #expect(again.schemaVersion == again.knownSchemaVersion)
    }

    @Test func `the file and what lies beside it are their owner's alone`() async throws {
        let kit = try await TestStore.open()
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: kit.store.path + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `a file that others could read is taken from them`() async throws {
        let kit = try await TestStore.open()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: kit.store.path)
        _ = try kit.openAgain()
        let attributes = try FileManager.default.attributesOfItem(atPath: kit.store.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `a database of a newer version is refused in words, and left alone`() async throws {
        let kit = try await TestStore.open()
        try AuditTests.tamper(kit, "UPDATE schema_version SET version = 9000")
        let fault = #expect(throws: StoreFault.self) { _ = try kit.openAgain() }
        #expect(fault == .newerSchema(found: 9000, known: Migration.newest))
        #expect(fault?.description.contains("schema 9000") == true)
    }

    @Test func `a path that is no database is refused in words`() async throws {
        let kit = try await TestStore.open()
        let fault = #expect(throws: StoreFault.self) {
            _ = try SQLiteStore(
                path: "/proc/none/latchkey.sqlite", sealer: Sealer(kit.key), audit: KeyedDigester(kit.key, purpose: .audit), log: { _ in })
        }
        #expect(fault?.description.hasPrefix("The database /proc/none/latchkey.sqlite cannot be opened: ") == true)
    }

    @Test func `everything committed is there after opening again`() async throws {
        let kit = try await TestStore.open(durable: true)
        let user = try await kit.insertUser("ada.byron")
        kit.store.close()
        let again = try kit.openAgain()
        try await again.read { (reader) throws(Refusal) in
            #expect(try reader.user(named: "ada.byron") == user)
            #expect(try reader.verifyAudit() == .intact(entries: 3))
        }
    }

    @Test func `neither a hash nor a letter can be read in the files`() async throws {
        let kit = try await TestStore.open()
        let ada = try await kit.insertUser("ada.byron")
        try await Self.enqueueSecret(for: ada, kit)
        let hash = try await kit.store.read { (reader) throws(Refusal) in try reader.credentials(of: ada.id).first?.hash.phc }
        #expect(hash?.hasPrefix("$argon2id$") == true)
        let files = try Self.files(kit)
        #expect(files.firstRange(of: Data("ada.byron@example.com".utf8)) != nil)
        #expect(files.firstRange(of: Data("argon2id".utf8)) == nil)
        #expect(files.firstRange(of: Data("correct-horse".utf8)) == nil)
    }

    @Test func `erased content is in no file once the log has been emptied, not even sealed`() async throws {
        let kit = try await TestStore.open()
        let ada = try await kit.insertUser("ada.byron")
        try await Self.enqueueSecret(for: ada, kit)
        let sealed = try Self.sealedContent(kit)
        let (start, end) = (sealed.prefix(40), sealed.suffix(40))
        #expect(try Self.files(kit).firstRange(of: start) != nil)
        let letter = try #require(try await kit.store.read { (reader) throws(Refusal) in try reader.letters(LetterQuery(.all)).first })
        try await kit.store.note { (notes) throws(Refusal) in
            try notes.record(.accepted(reply: "250 ok"), for: letter.id, at: Self.now)
            try notes.sweep(now: Self.now)
        }
        let files = try Self.files(kit)
        #expect(files.firstRange(of: start) == nil && files.firstRange(of: end) == nil)
    }

    @Test func `a closed store is unavailable`() async throws {
        let kit = try await TestStore.open()
        kit.store.close()
        let read = await #expect(throws: Refusal.self) { try await kit.store.read { (reader) throws(Refusal) in try reader.accounts() } }
        #expect(read == .unavailable)
        let write = await #expect(throws: Refusal.self) {
            try await kit.store.note { (notes) throws(Refusal) in try notes.sweep(now: Self.now) }
        }
        #expect(write == .unavailable)
    }

    static func enqueueSecret(for user: User, _ kit: TestStore) async throws {
        let letter = Letter.preparedPassword(
            first: "Ada", username: "ada.byron", password: "correct-horse-battery-staple", usesAPI: true, mustChoose: false)
        try await kit.store.change { (writer) throws(Refusal) in
            try writer.enqueue(letter, to: user.email, user: user.id, at: now)
            return Audited((), AuditEntry(.verified, at: now, by: .system, on: user.id))
        }
    }

    static func sealedContent(_ kit: TestStore) throws -> Data {
        let file = try DatabaseQueue(path: kit.store.path)
        return try #require(try file.read { try Data.fetchOne($0, sql: "SELECT content FROM letters") })
    }

    static func files(_ kit: TestStore) throws -> Data {
        let url = URL(fileURLWithPath: kit.store.path)
        return try Data(contentsOf: url) + Data(contentsOf: URL(fileURLWithPath: kit.store.path + "-wal"))
    }
}
