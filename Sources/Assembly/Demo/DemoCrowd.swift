import Domain
import Operations
import Ports
import Secrets

/// How much the demo holds beyond its own few users.
public struct DemoSize: Hashable, Sendable {
    public let users: Int
    /// In the audit trail, all in all.
    public let events: Int

    public init(users: Int = 0, events: Int = 0) {
        self.users = users
        self.events = events
    }
}

/// A demo of the size that somebody has in mind: so many users more, so many events in the audit trail. Their names are made of their
/// numbers, so that a program can be any of them; all share one password, which is hashed once.
struct DemoCrowd {
    /// Every fifth is a person with the dashboard, the others are programs.
    static let peopleEvery = 5
    private static let batch = 5_000
    private static let firstNames = ["Ana", "Ben", "Chidi", "Dana", "Eva", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Kim", "Lena"]
    private static let lastNames = ["Almeida", "Brandt", "Chen", "Dubois", "Eriksen", "Fontaine", "Garcia", "Haddad", "Ito", "Jansen", "Kaya"]
    private static let roles = ["ordering", "reporting", "messaging", "billing-reports", "porting"]

    let instruments: Instruments
    let circumstances: Circumstances

    static func username(_ number: Int) -> String { "load-\(padded(number, 7))" }

    /// Adds what is missing of the size, in batches, so that a fill that was cut short goes on where it ended.
    func fill(_ size: DemoSize, password: String) async throws(Refusal) {
        let present = try await presentUsers(of: size.users)
        if present < size.users {
            let hash: StoredHash
            do { hash = try await instruments.hashing.hash(Secret(password)) } catch { throw .unavailable }
            for start in stride(from: present, to: size.users, by: Self.batch) {
                let numbers = start..<min(size.users, start + Self.batch)
                try await add(numbers, hash)
            }
        }
        let written = try await instruments.store.read { store throws(Refusal) in
            try store.audit(AuditQuery(limit: 1)).first?.number ?? 0
        }
        for start in stride(from: Int(clamping: written), to: size.events, by: Self.batch) {
            try await signIn(start..<min(size.events, start + Self.batch), crowd: size.users)
        }
    }

    /// Users are added in order, so the first number that is missing is found by halving.
    private func presentUsers(of wanted: Int) async throws(Refusal) -> Int {
        try await instruments.store.read { store throws(Refusal) in
            var low = 0
            var high = wanted
            while low < high {
                let middle = (low + high) / 2
                if try store.user(named: Self.username(middle)) == nil { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }

    private func add(_ numbers: Range<Int>, _ hash: StoredHash) async throws(Refusal) {
        let circumstances = circumstances
        try await instruments.store.change { store throws(Refusal) in
            var entries: [AuditEntry] = []
            for number in numbers {
                var user = try store.insert(Self.user(number, at: circumstances.now))
                try store.replaceCredentials(
                    of: user.id, with: NewCredential(hash: hash, madeAt: circumstances.now, knownByAdmin: false))
                if number % 50 == 49 {
                    user.state = .deactivated(at: circumstances.now, resuming: .active)
                    user = try store.save(user)
                }
                entries.append(
                    AuditEntry(
                        .userAdded, at: circumstances.now, by: .commandLine, on: user.id, named: user.username.text, account: Self.account,
                        requestID: circumstances.requestID))
            }
            guard let first = entries.first else { throw .notFound }
            return Audited((), first, and: Array(entries.dropFirst()))
        }
    }

    /// Sign-ins, one in ten refused, by the people of the crowd.
    private func signIn(_ numbers: Range<Int>, crowd: Int) async throws(Refusal) {
        let circumstances = circumstances
        try await instruments.store.change { store throws(Refusal) in
            var entries: [AuditEntry] = []
            for number in numbers {
                let name = Self.username(crowd == 0 ? 0 : number % crowd)
                let user = try store.user(named: name)
                let isRefused = number % 10 == 9
                entries.append(
                    AuditEntry(
                        isRefused ? .signInRefused : .signedIn, at: circumstances.now - .seconds(Int64(numbers.upperBound - number)),
                        by: isRefused ? .stranger : user.map { .user($0.id, username: name) } ?? .stranger, on: user?.id,
                        named: user.map { _ in name },
                        account: Self.account, result: isRefused ? .refused(reason: "wrong-password") : .done,
                        from: "203.0.113.\(number % 254 + 1)"))
            }
            guard let first = entries.first else { throw .notFound }
            return Audited((), first, and: Array(entries.dropFirst()))
        }
    }

    private static var account: Identifier<Account>? { Identifier(canonical: DemoUsers.first) }

    private static func user(_ number: Int, at now: Instant) throws(Refusal) -> NewUser {
        guard let account else { throw .noSuchAccount }
        let isPerson = number % peopleEvery == 0
        let name = username(number)
        do throws(FieldFault) {
            return NewUser(
                username: try Username(parsing: name),
                name: isPerson
                    ? try PersonName(first: firstNames[number / 5 % firstNames.count], last: lastNames[number / 7 % lastNames.count])
                    : try PersonName(first: "API", last: "User"),
                email: try EmailAddress(parsing: "\(name)@load.example"), phone: try PhoneNumber(parsing: "919\(padded(number, 7))"),
                level: .basic, access: try AccessMethods(dashboard: isPerson, api: !isPerson), progress: .active, mustChoosePassword: false,
                passwordChangedAt: now, createdAt: now, createdBy: nil, grants: [account: [roles[number % roles.count], "reporting"]])
        } catch { throw .invalid([error]) }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
