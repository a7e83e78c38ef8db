/// How a user may get in. At least one is on.
public struct AccessMethods: Hashable, Sendable {
    public let dashboard: Bool
    public let api: Bool

    public init(dashboard: Bool, api: Bool) throws(FieldFault) {
        guard dashboard || api else { throw .access(.missing) }
        self.dashboard = dashboard
        self.api = api
    }

    private init(known dashboard: Bool, _ api: Bool) {
        self.dashboard = dashboard
        self.api = api
    }

    public static let dashboardOnly = AccessMethods(known: true, false)
    public static let apiOnly = AccessMethods(known: false, true)
    public static let both = AccessMethods(known: true, true)

    public var isBoth: Bool { dashboard && api }
    public var isDashboardOnly: Bool { dashboard && !api }
    public var isAPIOnly: Bool { api && !dashboard }
}

/// What a user may do to others.
public enum AdministrationLevel: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case basic
    case admin
    case `operator`

    private var rank: Int {
        switch self {
        case .basic: 0
        case .admin: 1
        case .operator: 2
        }
    }

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
