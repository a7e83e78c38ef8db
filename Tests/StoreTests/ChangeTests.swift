import Domain
import Ports
import Secrets
import Store
import Synchronization
import TestKit
import Testing

/// A change, its audit entries and its mail are one act.
@Suite struct ChangeTests {
    static let now = FixedInstants.start

    @Test func `a refused change leaves neither user nor letter nor audit entry`() async throws {
        let kit = try await TestStore.open()
        let newUser = try UserFixture("ada.byron").newUser()
        let before = try await kit.store.read { (reader) throws(Refusal) in try reader.audit(AuditQuery()).count }
        let refusal = await #expect(throws: Refusal.self) {
            try await kit.store.change { (writer) throws(Refusal) -> Audited<Void> in
                let user = try writer.insert(newUser)
                try writer.enqueue(.test(first: "Ada", at: Self.now), to: user.email, user: user.id, at: Self.now)
                throw .notFound
            }
        }
        #expect(refusal == .notFound)
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.user(named: "ada.byron") == nil)
            #expect(try reader.letters(LetterQuery(.all)).isEmpty)
            #expect(try reader.audit(AuditQuery()).count == before)
        }
    }

    @Test func `a username that differs in case only is taken`() async throws {
        let kit = try await TestStore.open()
        try await kit.insertUser("Ada.Byron")
        let refusal = await #expect(throws: Refusal.self) { try await kit.insertUser("ada.BYRON") { $0.email = "other@example.com" } }
        #expect(refusal == .invalid([.username(.taken)]))
    }

    @Test func `an email that differs in case only is taken, also when a user is changed`() async throws {
        let kit = try await TestStore.open()
        try await kit.insertUser("ada.byron") { $0.email = "Ada@example.com" }
        let refusal = await #expect(throws: Refusal.self) { try await kit.insertUser("grace") { $0.email = "ada@Example.com" } }
        #expect(refusal == .invalid([.email(.taken)]))
        var grace = try await kit.insertUser("grace")
        grace.email = try EmailAddress(parsing: "ADA@EXAMPLE.COM")
        let changed = grace
        let second = await #expect(throws: Refusal.self) { try await Self.save(changed, kit) }
        #expect(second == .invalid([.email(.taken)]))
    }

    @Test func `an account id is taken once`() async throws {
        let kit = try await TestStore.open()
        let refusal = await #expect(throws: Refusal.self) { try await kit.insert(.acmeEast) }
        #expect(refusal == .invalid([.accountID(.taken)]))
    }

    @Test func `a body that goes on after a refused statement does not commit`() async throws {
        let kit = try await TestStore.open()
        let first = try UserFixture("ada.byron").newUser()
        let second = try UserFixture("grace.hopper").newUser()
        try await kit.insertUser("ADA.BYRON") { $0.email = "x@example.com" }
        let refusal = await #expect(throws: Refusal.self) {
            try await kit.store.change { (writer) throws(Refusal) -> Audited<Void> in
                do throws(Refusal) {
                    _ = try writer.insert(first)
                } catch {
                    _ = try writer.insert(second)
                }
                return Audited((), AuditEntry(.userAdded, at: Self.now, by: .system))
            }
        }
        #expect(refusal == .invalid([.username(.taken)]))
        let grace = try await kit.store.read { (reader) throws(Refusal) in try reader.user(named: "grace.hopper") }
        #expect(grace == nil)
    }

    @Test func `the second of two people saving the same user is refused as a conflict`() async throws {
        let kit = try await TestStore.open()
        let read = try await kit.insertUser("ada.byron")
        let saved = try await Self.save(read, kit)
        #expect(saved.version == read.version + 1)
        let refusal = await #expect(throws: Refusal.self) { try await Self.save(read, kit) }
        #expect(refusal == .conflict(currentVersion: saved.version))
    }

    @Test func `a user comes back as it was saved, with its grants`() async throws {
        let kit = try await TestStore.open()
        var user = try await kit.insertUser("Ada.Byron") { $0.grants = [Account.acmeEast.id: ["ordering", "billing"]] }
        #expect(user.grants == [Account.acmeEast.id: ["ordering", "billing"]])
        user.name = try PersonName(first: "Żaneta", last: "Öström 李")
        user.phone = try PhoneNumber(parsing: "800 555 0000")
        user.level = .admin
        user.access = .both
        user.state = .deactivated(at: Self.now, resuming: .active)
        user.grants = [Account.acmeWest.id: [], Account.acmeEast.id: ["ordering"]]
        user.mustChoosePassword = true
        user.passwordSeenInPlainAt = Self.now
        let saved = try await Self.save(user, kit)
        let again = try await kit.store.read { (reader) throws(Refusal) in try reader.user(saved.id) }
        #expect(again == saved)
        #expect(saved.grants == user.grants && saved.state == user.state && saved.name == user.name && saved.access == user.access)
    }

    @Test func `a sign-in is no conflict for whoever edits the user, and is not taken back by them`() async throws {
        let kit = try await TestStore.open()
        let read = try await kit.insertUser("ada.byron")
        try await kit.store.note { (notes) throws(Refusal) in try notes.recordSignIn(read.id, at: Self.now + .hours(1)) }
        let saved = try await Self.save(read, kit)
        #expect(saved.lastSignInAt == Self.now + .hours(1))
    }

    @Test func `a username is found exactly, or without regard to case, as asked`() async throws {
        let kit = try await TestStore.open()
        let user = try await kit.insertUser("Ada.Byron")
        try await kit.store.read { (reader) throws(Refusal) in
            #expect(try reader.user(named: "Ada.Byron") == user)
            #expect(try reader.user(named: "ada.byron") == nil)
            #expect(try reader.user(foldedName: "aDA.byron") == user)
            #expect(try reader.user(foldedEmail: "ADA.byron@example.com") == user)
        }
    }

    @Test func `observers have heard of a change before it returns, and hear nothing of a refused one`() async throws {
        let kit = try await TestStore.open()
        let heard = Mutex<[StoreChange]>([])
        kit.store.observe { change in heard.withLock { $0.append(change) } }
        let user = try await kit.insertUser("ada.byron")
        #expect(heard.withLock { $0 } == [.users([user.id])])
        await #expect(throws: Refusal.self) { try await kit.insertUser("ADA.byron") }
        #expect(heard.withLock { $0.count } == 1)
        try await kit.store.change { (writer) throws(Refusal) in
            try writer.setContracts(of: Account.acmeEast.id, ["ordering"])
            return Audited((), AuditEntry(.contractsChanged, at: Self.now, by: .commandLine))
        }
        #expect(heard.withLock { $0.last } == .everything)
    }

    @Test func `a lock is news about the user, and failures short of one are not`() async throws {
        let kit = try await TestStore.open()
        let user = try await kit.insertUser("Ada.Byron")
        let heard = Mutex<[StoreChange]>([])
        kit.store.observe { change in heard.withLock { $0.append(change) } }
        var state: ThrottleState?
        for failure in 1...10 {
            state = ThrottlePolicy.signInByUser.afterFailure(state, now: Self.now)
            try await kit.store.note { [state] (notes) throws(Refusal) in
                try notes.setThrottle(ThrottleKey.signIn(user: "Ada.Byron"), state)
            }
            #expect(heard.withLock { $0.count } == (failure < 10 ? 0 : 1))
        }
        try await kit.store.note { (notes) throws(Refusal) in try notes.setThrottle(ThrottleKey.signIn(user: "Ada.Byron"), nil) }
        #expect(heard.withLock { $0 } == [.users([user.id]), .users([user.id])])
    }

    static func save(_ user: User, _ kit: TestStore) async throws -> User {
        try await kit.store.change { (writer) throws(Refusal) in
            Audited(try writer.save(user), AuditEntry(.userChanged, at: now, by: .commandLine, on: user.id))
        }
    }
}
