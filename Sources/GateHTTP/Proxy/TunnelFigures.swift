import HTTPSupport
public import Measures
import Synchronization

/// The tunnels to one upstream: how many are open, how many may be, and how others ended. State is guarded by its mutex.
public final class TunnelFigures: Sendable {
    private struct State {
        var open = 0
        var turnedAway = 0
        var ended: [Tunnel.Ending: Int] = [:]
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// A place for one more; false: there is none.
    func admit() -> Bool {
        state.withLock { state in
            guard state.open < limit else {
                state.turnedAway += 1
                return false
            }
            state.open += 1
            return true
        }
    }

    /// Gives a place back.
    ///
    /// - Parameter ending: nil: the tunnel never came to be.
    func leave(_ ending: Tunnel.Ending?) {
        state.withLock { state in
            state.open -= 1
            if let ending { state.ended[ending, default: 0] += 1 }
        }
    }

    /// Those to all upstreams together.
    public static func write(_ all: [TunnelFigures], to exposition: inout Exposition) {
        let states = all.map { $0.state.withLock { $0 } }
        exposition.figure("latchkey_tunnels", .gauge, "WebSocket connections open through the reverse proxy.")
        exposition.sample(states.reduce(0) { $0 + $1.open })
        exposition.figure("latchkey_tunnels_ended_total", .counter, "WebSocket connections that have ended, by the reason.")
        for ending in Tunnel.Ending.allCases {
            exposition.sample(states.reduce(0) { $0 + $1.ended[ending, default: 0] }, [.init("reason", ending.rawValue)])
        }
        exposition.figure("latchkey_tunnels_rejected_total", .counter, "Requests for WebSocket turned away because as many were open as may be.")
        exposition.sample(states.reduce(0) { $0 + $1.turnedAway })
    }
}
