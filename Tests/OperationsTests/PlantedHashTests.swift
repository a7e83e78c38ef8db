import Domain
import Operations
import Ports
import Secrets
import Store
import TestKit
import Testing

/// T28: what somebody has written into the database in the place of a password's hash, sealed as the product seals it.
@Suite struct PlantedHashTests {
    private let people = People()
    private let right = UserFixture.password

    private func planted(_ phc: String, in workshop: Workshop) async throws {
        let user = try await workshop.stored(people.robot)
        let credential = try #require(try await workshop.credentials(of: user).first)
        try await workshop.store.change { store throws(Refusal) in
            try store.rehash(credential.id, StoredHash(phc: phc))
            return Audited((), AuditEntry(.passwordRehashed, at: workshop.now, by: .system, on: user.id))
        }
    }

    private func phc(_ workshop: Workshop) async throws -> String {
        let credential = try await workshop.credentials(of: workshop.stored(people.robot)).first
        return try #require(credential).hash.phc
    }

    @Test(arguments: [(4096, 1), (8, 1), (19456, 1)])
    func `T28 a weak hash matches once and is stored anew`(memoryKiB: Int, passes: Int) async throws {
        let workshop = try await Workshop.open(hashing: PasswordHashing())
        let weak = PasswordHashing(unsafeParametersForTests: memoryKiB, passes: passes)
        try await planted(weak.hash(Secret(right)).phc, in: workshop)
        #expect(try await workshop.call(people.robot, "another password altogether") == "wrong-password")
        #expect(try await phc(workshop).contains("m=\(memoryKiB),t=\(passes),"))
        #expect(try await workshop.call(people.robot, right) == "pass")
        #expect(try await phc(workshop).hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await workshop.trail(about: workshop.stored(people.robot)).last?.action == .passwordRehashed)
        #expect(try await workshop.call(people.robot, right) == "pass")
    }

    @Test func `T28 a hash of today's cost stays as it is`() async throws {
        let workshop = try await Workshop.open(hashing: PasswordHashing())
        let today = PasswordHashing().hash(Secret(right)).phc
        try await planted(today, in: workshop)
        #expect(try await workshop.call(people.robot, right) == "pass")
        #expect(try await phc(workshop) == today)
    }

    @Test(arguments: [
        "$2b$12$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
        "$pbkdf2-sha256$29000$c29tZXNhbHRzb21lc2FsdA$0KBLLTJbqOE3yyWeTUbAkyFEgSDn6Xt0fl4",
        "", "garbage", "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$0KBLLTJbqOE3yyWeTUbAkyFEgSDn6Xt0fl4Rnt0E9xA",
        "$argon2id$v=19$m=262145,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$0KBLLTJbqOE3yyWeTUbAkyFEgSDn6Xt0fl4Rnt0E9xA",
    ])
    func `T28 what is no hash within the limits is a wrong password, costs what one costs, and is told to the log`(phc: String) async throws {
        let workshop = try await Workshop.open()
        try await planted(phc, in: workshop)
        let before = workshop.pool.hashesDone
        #expect(try await workshop.call(people.robot, right) == "wrong-password")
        #expect(workshop.pool.hashesDone == before + 1)
        #expect(workshop.kept.log.sentences.contains { $0.contains("none that can be compared with") })
        #expect(try await self.phc(workshop) == phc)
    }
}
