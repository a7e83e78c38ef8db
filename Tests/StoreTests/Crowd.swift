import Domain
import Ports
import TestKit
import Testing

@testable import Store

/// A small crowd in which every standing, door, level and account occurs, and a transaction that takes it for a large one.
struct Crowd {
    static let now = FixedInstants.start
    static let size = 90

    let kit: TestStore
    /// With the status that each has at `now`, by username.
    let users: [UserRow]

    init() async throws {
        kit = try await TestStore.open()
        for number in 0..<Self.size { try await kit.insertUser("user.\(number)") { Self.shape(&$0, number) } }
        let all = try await kit.store.read { (reader) throws(Refusal) in
            try reader.users(UserQuery(accounts: nil, hidesOperators: false, limit: .max), now: Self.now).rows
        }
        let locked = ThrottleState(failures: 10, lastFailureAt: Self.now, blockedUntil: Self.now + .minutes(16))
        try await kit.store.note { (notes) throws(Refusal) in
            for (index, row) in all.enumerated() {
                if index % 11 == 0 { try notes.setThrottle(ThrottleKey.signIn(user: row.user.username.text), locked) }
                if index % 4 == 0 { try notes.recordSignIn(row.user.id, at: Self.now + .minutes(Int64(index % 3))) }
            }
        }
        users = try await kit.store.read { (reader) throws(Refusal) in try reader.userRows(all.map(\.user.id), now: Self.now) }
    }

    private static func shape(_ user: inout UserFixture, _ number: Int) {
        user.firstName = ["Ada", "Öde", "Max"][number % 3]
        user.phone = "919555\(1000 + number)"
        user.level = number % 17 == 0 ? .operator : number % 5 == 0 ? .admin : .basic
        user.access = [AccessMethods.dashboardOnly, .apiOnly, .both][number % 7 % 3]
        user.state =
            number % 8 == 0
            ? .deactivated(at: now + .minutes(Int64(number)), resuming: .active)
            : .enabled(number % 6 == 0 ? .waiting : number % 10 == 3 ? .needsPassword : .active)
        let roles: Set<String> = number % 2 == 0 ? ["ordering"] : number % 3 == 0 ? ["messaging", "billing"] : []
        user.grants = number % 4 == 0 ? [Account.acmeEast.id: roles, Account.acmeWest.id: ["ordering"]] : [Account.acmeEast.id: roles]
        if number % 9 == 0 { user.grants = [Account.acmeWest.id: roles] }
    }

    /// Users that fit, in order, as reading everything tells.
    func expected(_ query: UserQuery) -> [Identifier<User>] {
        users.filter { Self.fits($0, query) }.sorted { Self.precedes($0, $1, query.order) }.map(\.user.id)
    }

    private static func fits(_ row: UserRow, _ query: UserQuery) -> Bool {
        let user = row.user
        let text = "\(user.username.text)\n\(user.name.full)\n\(user.email.text)\n\(user.phone.digits)".lowercased()
        let here = user.grants.filter { query.accounts?.contains($0.key) ?? true }
        let access: UserQuery.Access = user.access.dashboard ? (user.access.api ? .both : .dashboard) : .api
        return (query.accounts == nil || !here.isEmpty) && !(query.hidesOperators && user.level == .operator)
            && (query.search.isEmpty || text.contains(query.search.lowercased()))
            && query.status.map { $0 == row.status } ?? true && query.level.map { $0 == user.level } ?? true
            && query.access.map { $0 == access } ?? true && query.role.map { role in here.contains { $0.value.contains(role) } } ?? true
    }

    private static func precedes(_ one: UserRow, _ other: UserRow, _ order: UserOrder) -> Bool {
        func rank(_ row: UserRow) -> Int64 {
            switch order.key {
            case .username: 0
            case .level: Int64(AdministrationLevel.allCases.sorted().firstIndex(of: row.user.level) ?? 0)
            case .status: Int64(UserStatus.allCases.firstIndex(of: row.status) ?? 0)
            case .active: row.lastActiveAt?.milliseconds ?? 0
            }
        }
        let names = (one.user.username.folded, other.user.username.folded)
        if order.key == .username { return order.descending ? names.0 > names.1 : names.0 < names.1 }
        guard rank(one) == rank(other) else { return (rank(one) < rank(other)) != order.descending }
        return names.0 < names.1
    }

    /// - Parameter few: so many are few.
    func reading<T: Sendable>(
        few: Int, plans: Plans? = nil, _ body: @escaping @Sendable (Transaction) throws(Refusal) -> T
    ) async throws(Refusal) -> T {
        try await kit.reading(few: few, plans: plans, body)
    }
}

extension TestStore {
    /// - Parameter few: so many are few.
    func reading<T: Sendable>(
        few: Int, plans: Plans? = nil, _ body: @escaping @Sendable (Transaction) throws(Refusal) -> T
    ) async throws(Refusal) -> T {
        try await store.read { (reader) throws(Refusal) in
            guard let transaction = reader as? Transaction else { throw .unavailable }
            guard let plans else {
                transaction.few = few
                return try body(transaction)
            }
            let planned = Transaction(PlannedConnection(transaction.connection, plans), keys: transaction.keys, log: transaction.log)
            planned.few = few
            return try body(planned)
        }
    }
}

/// How the database says that it goes about each statement.
final class Plans: @unchecked Sendable {
    // Not locked: filled and read by one test, one statement at a time.
    private(set) var steps: [(sql: String, step: String)] = []

    func add(_ sql: String, _ step: String) { steps.append((sql, step)) }
}

/// Asks for the plan of each statement before it runs it.
struct PlannedConnection: SQLConnection {
    private let connection: any SQLConnection
    private let plans: Plans
    let dialect = Dialect.sqlite

    init(_ connection: any SQLConnection, _ plans: Plans) {
        self.connection = connection
        self.plans = plans
    }

    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFault) -> [SQLRow] {
        for row in try connection.query("EXPLAIN QUERY PLAN \(sql)", arguments) { plans.add(sql, try row.text("detail")) }
        return try connection.query(sql, arguments)
    }

    func scan(_ sql: String, _ arguments: [SQLValue], _ isEnough: (Int64, Int64) -> Bool) throws(SQLFault) -> Bool {
        for row in try connection.query("EXPLAIN QUERY PLAN \(sql)", arguments) { plans.add(sql, try row.text("detail")) }
        return try connection.scan(sql, arguments, isEnough)
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFault) -> Int { try connection.execute(sql, arguments) }
}
