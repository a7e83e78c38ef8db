import Domain

/// One condition on the users of a list: as a question about a user at hand, and as a way to the users that fit.
struct Narrowing {
    /// A condition over `users u`. Its plus signs keep the database from going by an index: which way to go is decided by how many there are on each.
    let test: String
    /// `nil`: no index leads to them.
    let way: Way?
    /// Whoever fits has all of these.
    let marks: [Mark]
    /// Whoever has all of the marks fits.
    let isMarkedExactly: Bool

    init(_ test: String, _ way: Way? = nil, marks: [Mark] = [], isMarkedExactly: Bool = true) {
        self.test = test
        self.way = way
        self.marks = marks
        self.isMarkedExactly = isMarkedExactly && !marks.isEmpty
    }

    /// A way through the database to the users that fit, or to few that do not beside them.
    struct Way {
        /// What stands after FROM; `nil`: `users u`, and nothing else.
        let table: String?
        private let users: String
        /// The column of `table` that names the user.
        let user: String
        let condition: String
        /// Whoever is found fits, and need not be asked again.
        let isExact: Bool
        /// Users come by username.
        let isOrdered: Bool

        /// By an index of another table, which gives each user once.
        init(_ table: String, user: String, _ condition: String, isExact: Bool = true) {
            self.table = table
            self.user = user
            self.condition = condition
            self.isExact = isExact
            users = "users u"
            isOrdered = false
        }

        /// By an index of `users u`.
        ///
        /// - Parameter index: its name, where the database would take a wider one.
        init(users condition: String, by index: String? = nil, isExact: Bool = true, isOrdered: Bool) {
            table = nil
            users = index.map { Dialect.sqlite.users(by: $0) } ?? "users u"
            user = "u.id"
            self.condition = condition
            self.isExact = isExact
            self.isOrdered = isOrdered
        }

        /// What follows FROM, for counting those on the way.
        var source: String { "\(table ?? users) WHERE \(condition)" }

        /// What follows FROM, as users `u` that also pass these tests. The way comes first, whatever the database thinks of it.
        func source(passing tests: [String]) -> String {
            let conditions = ([condition] + tests).joined(separator: " AND ")
            return table.map { "\($0) CROSS JOIN users u ON u.id = \(user) WHERE \(conditions)" } ?? "\(users) WHERE \(conditions)"
        }
    }
}

/// When a list is asked for, and how many wrong passwords lock: what the status of a user hangs on.
struct LockMoment {
    let now: Instant
    let lockAfter: Int64
}
