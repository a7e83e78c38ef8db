import Domain
import Logging
import ServiceLifecycle

/// Does a thing again and again until the server stops, and once more then if it must not be lost.
struct Periodic: Service, CustomStringConvertible {
    let name: String
    let interval: Duration
    let logger: Logger
    var onceMoreAtTheEnd = false
    let act: @Sendable () async throws(Refusal) -> Void

    var description: String { name }

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await ContinuousClock().sleep(for: interval) } catch { return }
                await attempt()
            }
        }
        if onceMoreAtTheEnd { await attempt() }
    }

    /// A round that fails is tried again with the next one.
    private func attempt() async {
        do { try await act() } catch {
            logger.error("background work failed", metadata: ["service": .string(name)])
        }
    }
}

/// Runs a loop that ends when its task is cancelled.
struct Background: Service, CustomStringConvertible {
    let name: String
    let loop: @Sendable () async -> Void

    var description: String { name }

    func run() async { await cancelWhenGracefulShutdown { await loop() } }
}

/// Several services that run and stop together, so that all drain within one drain time.
struct Together: Service, CustomStringConvertible {
    let name: String
    let services: [any Service]

    var description: String { name }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            // One by one, so that the first fault ends the others.
            while try await group.next() != nil {}
        }
    }
}
