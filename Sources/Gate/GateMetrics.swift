public import Measures

/// By which door a call came to be judged.
public enum GateDoor: UInt8, Hashable, Sendable, CaseIterable {
    case nginx
    case caddy
    case traefik
    case envoy
    case haproxy
    /// The built-in reverse proxy.
    case proxy
    /// The APIs that Latchkey itself serves.
    case api

    /// The stable word for metrics, tables and logs. Stored: never change one.
    public var code: String {
        switch self {
        case .nginx: "nginx"
        case .caddy: "caddy"
        case .traefik: "traefik"
        case .envoy: "envoy"
        case .haproxy: "haproxy"
        case .proxy: "proxy"
        case .api: "api"
        }
    }

    public init?(code: some StringProtocol) {
        guard let door = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = door
    }
}

/// What the gate has decided, how often and how fast. Recording is three relaxed atomic additions: no lock, nothing allocated.
public final class GateMetrics: Sendable {
    private static let outcomes = GateReason.allCases.count + 1

    private let decisions = Counters(count: GateDoor.allCases.count * (GateReason.allCases.count + 1) * 2)
    private let warmTimes = Histogram(bounds: Histogram.answerBounds)
    private let coldTimes = Histogram(bounds: Histogram.answerBounds)

    public init() {}

    /// - Parameters:
    ///   - refusal: `nil`: it passed.
    ///   - warm: answered from memory, without the store and without a hash.
    ///   - nanoseconds: how long the decision took.
    public func count(_ refusal: GateReason?, at door: GateDoor, warm: Bool, nanoseconds: UInt64) {
        decisions.add(to: Self.index(refusal, door, warm))
        (warm ? warmTimes : coldTimes).record(nanoseconds)
    }

    /// A call refused before the gate could ask who calls: nothing was measured.
    public func count(_ refusal: GateReason, at door: GateDoor) { decisions.add(to: Self.index(refusal, door, false)) }

    public func decided(_ refusal: GateReason?, at door: GateDoor, warm: Bool) -> UInt64 { decisions.value(Self.index(refusal, door, warm)) }

    public func times(warm: Bool) -> Histogram.Reading { (warm ? warmTimes : coldTimes).reading }

    private static func index(_ refusal: GateReason?, _ door: GateDoor, _ warm: Bool) -> Int {
        let outcome = refusal.map { Int($0.rawValue) + 1 } ?? 0
        return (Int(door.rawValue) * outcomes + outcome) * 2 + (warm ? 1 : 0)
    }
}

extension GateMetrics {
    /// Every decision since the start, by door, outcome, reason and how it was come by. Combinations that have not occurred are left out, but
    /// for what passed.
    public func write(to exposition: inout Exposition) {
        exposition.figure("latchkey_gate_decisions_total", .counter, "Calls judged, by door, outcome, reason and way.")
        for door in GateDoor.allCases {
            for refusal in [nil] + GateReason.allCases.map(Optional.some) {
                for warm in [true, false] {
                    let count = decided(refusal, at: door, warm: warm)
                    if count == 0, refusal != nil { continue }
                    exposition.sample(
                        count,
                        [
                            .init("door", door.code), .init("outcome", refusal == nil ? "pass" : "refuse"),
                            .init("reason", refusal?.code ?? "none"), .init("way", warm ? "warm" : "cold"),
                        ])
                }
            }
        }
        exposition.figure("latchkey_gate_decision_seconds", .histogram, "How long decisions took: warm from memory, cold with store and hash.")
        exposition.sample(times(warm: true), [.init("way", "warm")])
        exposition.sample(times(warm: false), [.init("way", "cold")])
    }
}
