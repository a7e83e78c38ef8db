import Gate
import Measures
import Testing

/// What the gate counts.
@Suite struct GateMetricsTests {
    @Test func `every door, outcome and way has a number of its own`() {
        let metrics = GateMetrics()
        let refusals = [nil] + GateReason.allCases.map(Optional.some)
        var times: UInt64 = 0
        for door in GateDoor.allCases {
            for refusal in refusals {
                for warm in [true, false] {
                    times += 1
                    for _ in 0..<times { metrics.count(refusal, at: door, warm: warm, nanoseconds: 1) }
                }
            }
        }
        var expected: UInt64 = 0
        for door in GateDoor.allCases {
            for refusal in refusals {
                for warm in [true, false] {
                    expected += 1
                    #expect(metrics.decided(refusal, at: door, warm: warm) == expected)
                }
            }
        }
    }

    @Test func `codes are words, each once, and lead back`() {
        #expect(Set(GateReason.allCases.map(\.code)).count == GateReason.allCases.count)
        for reason in GateReason.allCases { #expect(GateReason(code: reason.code) == reason) }
        for door in GateDoor.allCases { #expect(GateDoor(code: door.code) == door) }
        for code in GateReason.allCases.map(\.code) + GateDoor.allCases.map(\.code) {
            #expect(code.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D })
        }
    }

    @Test func `a refusal's reason is its code`() {
        for fault in CredentialsFault.allCases {
            #expect(fault.code.code == fault.rawValue)
            #expect(GateRefusal.credentials(fault).reason == fault.rawValue)
        }
        #expect(GateRefusal.wait(seconds: 3).reason == "too-many-failures")
        #expect(GateRefusal.roleMissing([]).code == .roleMissing)
    }

    @Test func `what has not occurred is not told, but what passed always is`() {
        let metrics = GateMetrics()
        metrics.count(.roleMissing, at: .nginx, warm: true, nanoseconds: 4_000)
        var exposition = Exposition()
        metrics.write(to: &exposition)
        let refused = exposition.text.split(separator: "\n").filter { $0.contains("outcome=\"refuse\"") }
        #expect(
            refused == [
                "latchkey_gate_decisions_total{door=\"nginx\",outcome=\"refuse\",reason=\"role-missing\",way=\"warm\"} 1"
            ])
        #expect(exposition.text.contains("{door=\"envoy\",outcome=\"pass\",reason=\"none\",way=\"cold\"} 0"))
    }
}
