import Domain
import Ports

/// How a list of users is asked for: what all must pass, what narrows it, and in which order it is.
struct UserListing {
    private(set) var narrowings: [Narrowing]
    private(set) var arguments: SQLArguments
    private(set) var order: UserOrder
    /// Set for a part of a list whose order needs no further parts.
    private var isSection = false
    let hidesOperators: Bool
    /// Set when nothing but these accounts narrows the list.
    let onlyAccounts: Set<Identifier<Account>>?
    private let moment: LockMoment

    /// - Parameters:
    ///   - narrowings: those that leave few in front.
    ///   - arguments: what the narrowings refer to.
    init(
        _ narrowings: [Narrowing], hidesOperators: Bool, onlyAccounts: Set<Identifier<Account>>?, order: UserOrder, at moment: LockMoment,
        _ arguments: SQLArguments
    ) {
        self.narrowings = narrowings
        self.hidesOperators = hidesOperators
        self.onlyAccounts = onlyAccounts
        self.order = order
        self.moment = moment
        self.arguments = arguments
    }

    // MARK: What follows FROM

    var ways: [Narrowing.Way] { narrowings.compactMap(\.way) }

    /// Every user of the list, one after the other in whatever order an index has.
    var walked: String { "users u WHERE " + (tests().isEmpty ? "1 = 1" : tests().joined(separator: " AND ")) }

    /// By one of the ways: all that it leads to, and of those the ones that fit.
    func found(by way: Narrowing.Way) -> String { way.source(passing: tests(besides: way)) }

    /// Those with these ids, of whom `place` has a list in JSON.
    func found(among place: String) -> String {
        (["\(Dialect.sqlite.values(of: place)) CROSS JOIN users u ON u.id = some.value WHERE 1 = 1"] + tests()).joined(separator: " AND ")
    }

    /// Whoever is in the list has all of these.
    var marks: [Mark] { narrowings.flatMap(\.marks) }

    /// Whoever has the marks is in the list, but for operators that it hides.
    var isMarkedExactly: Bool { narrowings.allSatisfy(\.isMarkedExactly) }

    /// Of operators that it hides, those that it would show otherwise.
    var hiddenOperators: String {
        "users u WHERE " + ([Narrowing.operators] + narrowings.map(\.test)).joined(separator: " AND ")
    }

    /// For counting.
    var counted: String {
        guard let way = ways.first else { return walked }
        guard way.isExact, narrowings.count == 1, way.table != nil else { return found(by: way) }
        // Nobody else need be looked at to leave a few operators out.
        return way.source + (hidesOperators ? " AND \(way.user) NOT IN (SELECT u.id FROM users u WHERE \(Narrowing.operators))" : "")
    }

    /// For reading from the front: by username through an index of those that fit, if there is one.
    var inOrder: String {
        guard order.key == .username, let way = ways.first(where: \.isOrdered) else { return walked }
        return found(by: way)
    }

    private func tests(besides way: Narrowing.Way? = nil) -> [String] {
        let tests = narrowings.filter { narrowing in
            guard let way, way.isExact, let other = narrowing.way else { return true }
            return other.condition != way.condition
        }
        return tests.map(\.test) + (hidesOperators ? ["u.level <> 'operator'"] : [])
    }

    // MARK: In which order

    /// What follows ORDER BY, or its exact opposite. What is alike in it is sorted by username, upwards either way.
    mutating func ordered(reversed: Bool = false) -> String {
        let way = order.descending == reversed ? "ASC" : "DESC"
        let first: String
        switch order.key {
        case .username: return "u.folded_username \(way)"
        case .level: first = "CASE u.level WHEN 'basic' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END"
        case .status: first = Narrowing.rank(at: moment, &arguments)
        case .active: first = SchemaListing.lastActive("u.")
        }
        return "\(first) \(way), u.folded_username \(reversed ? "DESC" : "ASC")"
    }

    /// Parts that follow each other, each of them in the order of an index; `nil` when the whole is. No index has the users by status, level, or
    /// by last use upwards with those alike by username.
    var sections: [UserListing]? {
        guard !isSection else { return nil }
        switch order.key {
        case .username: return nil
        case .active where order.descending: return nil
        case .active:
            let (never, ever) = Narrowing.activity
            return [section(order: UserOrder()) { _ in never }, section(order: order) { _ in ever }]
        case .level:
            let levels = AdministrationLevel.allCases.sorted()
            return (order.descending ? levels.reversed() : levels).map { level in section(order: UserOrder()) { Narrowing.level(level, &$0) } }
        case .status:
            let all = UserStatus.allCases
            return (order.descending ? all.reversed() : all).map { status in
                section(order: UserOrder()) { Narrowing.status(status, at: moment, &$0) }
            }
        }
    }

    private func section(order: UserOrder, _ narrowing: (inout SQLArguments) -> Narrowing) -> UserListing {
        var arguments = arguments
        let narrowing = narrowing(&arguments)
        var section = UserListing(
            [narrowing] + narrowings, hidesOperators: hidesOperators, onlyAccounts: nil, order: order, at: moment, arguments)
        section.isSection = true
        return section
    }

    mutating func placeholder(for argument: some SQLArgument) -> String { arguments.placeholder(for: argument) }
}
