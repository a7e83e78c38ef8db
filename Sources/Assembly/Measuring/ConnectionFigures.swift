import Measures
import Synchronization

/// How many connections each listener has open.
final class ConnectionFigures: Sendable {
    private struct Listening: Sendable {
        let name: String
        let open: @Sendable () -> Int
    }

    private let listeners = Mutex<[Listening]>([])

    func watch(_ name: String, _ open: @escaping @Sendable () -> Int) {
        listeners.withLock { $0.append(Listening(name: name, open: open)) }
    }

    func write(to exposition: inout Exposition) {
        exposition.figure("latchkey_connections", .gauge, "Connections open, by listener.")
        for listener in listeners.withLock({ $0 }) { exposition.sample(listener.open(), [.init("listener", listener.name)]) }
    }
}
