import Domain

/// A catalogue made ready to answer requests. Immutable; a changed file makes a new one, which is swapped in whole. A class, so that handing it
/// from place to place counts one reference and not one for each of its tables.
public final class CompiledCatalogue: Sendable {
    /// What it was made from.
    public let catalogue: RoleCatalogue
    /// Names the roles and their order: a `RoleSet` may meet only sets made under the same digest. Not a secret, and no
    /// protection against somebody who writes catalogues; the same file gives the same digest on every node.
    public let rolesDigest: UInt64

    private let rules: SegmentTrie
    private let exceptions: SegmentTrie
    /// The roles that have exceptions.
    private let rolesWithExceptions: RoleSet
    /// The methods that rules name. A method's place is its number; there are few, and comparing is cheaper than hashing.
    private let methods: [Method]
    private let roleIndices: [RoleID: Int]

    public init(_ catalogue: RoleCatalogue) {
        self.catalogue = catalogue
        var builder = RuleBuilder()
        for rule in catalogue.routes { builder.allow(rule, roles: RoleSet(), isOpen: true) }
        var indices: [RoleID: Int] = [:]
        for (index, role) in catalogue.roles.enumerated() {
            indices[role.id] = index
            var only = RoleSet()
            only.insert(index)
            for rule in role.allow { builder.allow(rule, roles: only, isOpen: false) }
            for rule in role.except { builder.except(rule, roles: only) }
        }
        rules = builder.rules.trie()
        exceptions = builder.exceptions.trie()
        rolesWithExceptions = builder.rolesWithExceptions
        methods = builder.methods
        roleIndices = indices
        rolesDigest = LiteralTable.hash(Array(catalogue.roles.map(\.id.rawValue).joined(separator: "\n").utf8))
    }

    /// Who may call `path` with `method`. The cost grows with the path, not with the number of rules.
    public func match(_ method: Method, _ path: CanonicalPath) -> RouteMatch {
        let number = methods.firstIndex(of: method) ?? -1
        // HEAD follows GET.
        let second = method == .head ? methods.firstIndex(of: .get) ?? -1 : -1
        var found = SegmentTrie.Findings(method: number, secondMethod: second)
        rules.search(path.bytes, into: &found)
        guard let account = found.account, !found.disagrees else { return .noRule }
        if !found.roles.isDisjoint(with: rolesWithExceptions) {
            var taken = SegmentTrie.Findings(method: number, secondMethod: second)
            exceptions.search(path.foldedBytes, into: &taken)
            found.roles.subtract(taken.roles)
        }
        guard found.isOpen || !found.roles.isEmpty else { return .noRule }
        let segment = path.bytes[account]
        return .rule(
            MatchedRule(
                accountText: String(decoding: segment, as: UTF8.self), account: Identifier<Account>(canonical: segment), roles: found.roles,
                isOpen: found.isOpen))
    }

    /// How many nodes of rules a search for `path` walks through: what matching costs, whatever the machine.
    public func steps(_ method: Method, _ path: CanonicalPath) -> Int {
        var found = SegmentTrie.Findings(method: methods.firstIndex(of: method) ?? -1, secondMethod: -1)
        rules.search(path.bytes, into: &found)
        return found.steps
    }

    /// The methods with which somebody may call `path`, the common ones first, in a fixed order; for the `Allow` field of an answer.
    public func methods(for path: CanonicalPath) -> [Method] {
        let others = methods.filter { method in !Method.common.contains(method) }.sorted()
        return (Method.common + others).filter { method in match(method, path) != .noRule }
    }
}

// MARK: - Roles

extension CompiledCatalogue {
    /// The realm of the Basic challenge.
    public var realm: String { catalogue.realm }

    /// The roles in the order of the catalogue; a role's place is its index in a `RoleSet`.
    public var roles: [Role] { catalogue.roles }

    /// The areas in the order in which the catalogue first names them.
    public var areas: [String] {
        var seen: Set<String> = []
        return roles.map(\.area).filter { area in seen.insert(area).inserted }
    }

    /// The role with this id, or nil.
    public func role(_ id: RoleID) -> Role? { roleIndices[id].map { index in roles[index] } }

    /// The index of a role in a `RoleSet`, or nil.
    public func index(of id: RoleID) -> Int? { roleIndices[id] }

    /// The set of these roles. Ids that the catalogue does not know allow nothing and are left out.
    public func roleSet(_ ids: some Sequence<RoleID>) -> RoleSet {
        var set = RoleSet()
        for id in ids {
            if let index = roleIndices[id] { set.insert(index) }
        }
        return set
    }

    /// The roles of a set, in the order of the catalogue.
    public func roles(in set: RoleSet) -> [Role] {
        roles.enumerated().filter { index, _ in set.contains(index) }.map(\.element)
    }

    /// VIEW if the role allows any GET (or HEAD), UPDATE if it allows any other method; neither for an unknown role.
    public func permissions(of id: RoleID) -> (view: Bool, update: Bool) {
        guard let role = role(id) else { return (false, false) }
        let view = role.allow.contains { rule in rule.methods.includes(.get) || rule.methods.includes(.head) }
        let update = role.allow.contains { rule in
            switch rule.methods {
            case .any: true
            case .only(let method): method != .get && method != .head
            }
        }
        return (view, update)
    }

    /// What somebody may call who holds `held`: the rules without a role first, then role by role.
    public func reachable(by held: RoleSet) -> [ReachableRule] {
        let open = catalogue.routes.map { rule in ReachableRule(rule: rule, role: nil, exceptions: []) }
        let granted = roles(in: held).flatMap { role in
            role.allow.map { rule in
                ReachableRule(rule: rule, role: role.id, exceptions: role.except.filter { exception in exception.overlaps(rule) })
            }
        }
        return open + granted
    }
}

/// A rule that somebody may use.
public struct ReachableRule: Hashable, Sendable {
    public let rule: Rule
    /// The role that allows it; nil if none is needed.
    public let role: RoleID?
    /// What of it the role takes back.
    public let exceptions: [Rule]
}

private struct RuleBuilder {
    var rules = SegmentTrieBuilder()
    var exceptions = SegmentTrieBuilder()
    var rolesWithExceptions = RoleSet()
    var methods: [Method] = []

    mutating func allow(_ rule: Rule, roles: RoleSet, isOpen: Bool) {
        rules.insert(rule.template, SegmentTrie.Grant(method: number(of: rule.methods), roles: roles, isOpen: isOpen))
    }

    mutating func except(_ rule: Rule, roles: RoleSet) {
        rolesWithExceptions.formUnion(roles)
        exceptions.insert(rule.template.folded, SegmentTrie.Grant(method: number(of: rule.methods), roles: roles, isOpen: false))
    }

    private mutating func number(of pattern: MethodPattern) -> Int {
        switch pattern {
        case .any: return -1
        case .only(let method):
            if let number = methods.firstIndex(of: method) { return number }
            methods.append(method)
            return methods.count - 1
        }
    }
}
