/// A set of the roles of one compiled catalogue, as bits: 32 bytes, no allocation.
///
/// The bits mean something only to the catalogue that made the set (`CompiledCatalogue.roleSet`); sets of different catalogues
/// must not meet. Whoever keeps a set keeps `CompiledCatalogue.rolesDigest` with it.
public struct RoleSet: Hashable, Sendable {
    /// The most roles that a catalogue can have.
    public static let capacity = 256

    private var words: SIMD4<UInt64>

    /// The empty set.
    public init() { words = .zero }

    public var isEmpty: Bool { words == .zero }

    /// How many roles are in it.
    public var count: Int { indices.count }

    /// Whether the role at `index` of the catalogue is in it; false for an index that no role can have.
    public func contains(_ index: Int) -> Bool {
        guard (0..<RoleSet.capacity).contains(index) else { return false }
        return words[index / 64] & (1 << UInt64(index % 64)) != 0
    }

    /// Adds the role at `index`; an index that no role can have adds nothing.
    public mutating func insert(_ index: Int) {
        guard (0..<RoleSet.capacity).contains(index) else { return }
        words[index / 64] |= 1 << UInt64(index % 64)
    }

    /// Whether no role is in both.
    @inline(__always)
    public func isDisjoint(with other: RoleSet) -> Bool { words & other.words == .zero }

    public mutating func formUnion(_ other: RoleSet) { words |= other.words }

    public mutating func subtract(_ other: RoleSet) { words &= ~other.words }

    public func intersection(_ other: RoleSet) -> RoleSet {
        var result = self
        result.words &= other.words
        return result
    }

    public func union(_ other: RoleSet) -> RoleSet {
        var result = self
        result.words |= other.words
        return result
    }

    /// The places, in the catalogue, of the roles in it, in order.
    public var indices: [Int] { (0..<RoleSet.capacity).filter(contains) }
}
