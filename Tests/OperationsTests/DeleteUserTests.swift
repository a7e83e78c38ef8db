import Catalogue
import Domain
import Operations
import Ports
import Store
import TestKit
import Testing

/// Removing a user for good.
@Suite struct DeleteUserTests {
    @Test func `a deleted user is gone with everything of theirs, and the trail and the username stay`() async throws {
        let workshop = try await Workshop.open()
        let user = try await workshop.welcome("jane.doe") { $0.access = ["dashboard", "api"] }
        let session = try await workshop.signIn("jane.doe")
        #expect(try await workshop.call("jane.doe", UserFixture.password, .get, "/api/accounts/920012/orders") == "pass")
        try await workshop.askReset("jane.doe")
        let delete = DeleteUser(workshop.instruments)
        _ = try await delete(as: workshop.theOperator(), "jane.doe", typed: "jane.doe")
        #expect(try await workshop.store.read { (store) throws(Refusal) in try store.user(user.id) } == nil)
        #expect(try await !workshop.isLive(session))
        #expect(try await workshop.call("jane.doe", UserFixture.password, .get, "/api/accounts/920012/orders") == "unknown-user")
        #expect(try await workshop.trail(about: user).contains { $0.action == .userDeleted && $0.targetUsername == "jane.doe" })
        await #expect(throws: Refusal.invalid([.username(.taken)])) {
            try await workshop.add("Jane.Doe") { $0.email = "another@example.org" }
        }
    }

    @Test func `a wrong name, oneself and whoever is not an operator are refused`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.welcome("jane.doe")
        let delete = DeleteUser(workshop.instruments)
        let olga = try await workshop.theOperator()
        await #expect(throws: Refusal.invalid([.confirmation(expected: "jane.doe")])) {
            _ = try await delete(as: olga, "jane.doe", typed: "Jane.Doe")
        }
        await #expect(throws: Refusal.denied(.ownDeactivation)) {
            _ = try await delete(as: olga, workshop.people.olga, typed: workshop.people.olga)
        }
        #expect(try await workshop.stored("jane.doe").state.isActive)
    }

    @Test func `a taken username and a taken address are told together`() async throws {
        let workshop = try await Workshop.open()
        try await workshop.add("jane.doe")
        await #expect(throws: Refusal.invalid([.username(.taken), .email(.taken)])) { try await workshop.add("JANE.doe") }
    }
}
