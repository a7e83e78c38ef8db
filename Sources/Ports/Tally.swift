/// How many there are, counted as far as anybody asked.
public struct Tally: Sendable, Hashable, ExpressibleByIntegerLiteral {
    public let number: Int
    /// There are more than that.
    public let isMore: Bool

    public init(_ number: Int, isMore: Bool = false) {
        self.number = number
        self.isMore = isMore
    }

    public init(integerLiteral number: Int) { self.init(number) }

    /// - Parameter found: as many as were found, looking no further than one beyond `bound`.
    public init(_ found: Int, upTo bound: Int) {
        self.init(min(found, bound), isMore: found > bound)
    }

    /// As far as pages count: beyond it a number tells nobody more.
    public static let forPages = 10_000
}
