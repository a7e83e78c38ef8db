import Domain
import Ports
import Store
import Synchronization
import TestKit
import Testing

/// Two stores on one file, as two processes have it.
@Suite(.timeLimit(.minutes(1))) struct WatchTests {
    @Test func `a change by another process is heard`() async throws {
        let kit = try await TestStore.open()
        let other = try kit.openAgain()
        let (changes, continuation) = AsyncStream.makeStream(of: StoreChange.self)
        other.observe { continuation.yield($0) }
        let watching = Task { await other.watch() }
        var heard = changes.makeAsyncIterator()

        let user = try await kit.insertUser("ada.byron")
        #expect(await heard.next() == .users([user.id]))

        try await kit.insert(Account(id: Identifier(5), name: "Five", companyName: "Five", createdAt: FixedInstants.start))
        // The user was inserted by two commits, which may be heard of one by one.
        while let change = await heard.next(), change != .everything { #expect(change == .users([user.id])) }
        watching.cancel()
        await watching.value
    }

    @Test func `what was committed between opening and watching is heard too`() async throws {
        let kit = try await TestStore.open()
        let other = try kit.openAgain()
        let user = try await kit.insertUser("ada.byron")
        let (changes, continuation) = AsyncStream.makeStream(of: StoreChange.self)
        other.observe { continuation.yield($0) }
        let watching = Task { await other.watch() }
        var heard = changes.makeAsyncIterator()
        #expect(await heard.next() == .users([user.id]))
        watching.cancel()
        await watching.value
    }

    @Test func `a watch ends with its task`() async throws {
        let kit = try await TestStore.open()
        let watching = Task { await kit.store.watch(every: .seconds(3600)) }
        watching.cancel()
        await watching.value
    }
}
