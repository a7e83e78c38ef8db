import CCounters
import Catalogue
import Domain
import Gate
import Ports
import Secrets

/// What a remembered credential takes of memory: as many as a server remembers, of programs with one account and three roles.
struct Remembering {
    static let credentials: Int64 = 100_000

    /// The allocator's own overhead included.
    let bytesEach: Double

    init() throws {
        let catalogue = CompiledCatalogue(try RoleCatalogue.shipped())
        let memory = VerifiedMemory(entropy: SystemEntropy(), capacity: Int(Self.credentials))
        let now = Instant(milliseconds: 1_000_000)
        let before = counters_bytes_in_use()
        for number in 0..<Self.credentials {
            let key = memory.key(Array("Basic \(number)".utf8))
            let principal = Principal(try Self.program(number), credential: Identifier(number), catalogue)
            guard memory.remember(key, principal, memory.ticket(), now: now) else { throw WarmAnswer.Fault.notWarm }
        }
        bytesEach = withExtendedLifetime(memory) { Double(counters_bytes_in_use() - before) / Double(Self.credentials) }
    }

    private static func program(_ number: Int64) throws -> User {
        User(
            id: Identifier(number), username: try Username(parsing: "acme-orders-\(1_000_000 + number)"),
            name: try PersonName(first: "Acme", last: "Orders"), email: try EmailAddress(parsing: "a\(number)@example.com"),
            phone: try PhoneNumber(parsing: "9195550134"), level: .basic, access: .apiOnly, state: .enabled(.active), mustChoosePassword: false,
            passwordChangedAt: nil, passwordSeenInPlainAt: nil, createdAt: Instant(milliseconds: 0), createdBy: nil, lastSignInAt: nil,
            grants: [Identifier(920_012 + number): ["ordering", "line-features", "numbers-insights"]], version: 1)
    }
}
