/// Rules by segment. A request walks from the root along the branches that its segments open: one lookup for each segment and
/// branch, however many rules there are. Several branches are open only where wildcards and literals stand side by side.
///
/// Everything that a walk reads lies in flat arrays of plain values, so a walk neither allocates nor counts references.
final class SegmentTrie: Sendable {
    /// What a rule gives where its template ends.
    struct Grant: Sendable {
        /// The method's number in the catalogue; -1 for `ANY`.
        let method: Int
        var roles: RoleSet
        /// Whether it needs no role.
        var isOpen: Bool
    }

    /// What a walk has found so far.
    struct Findings {
        /// The numbers of the methods whose grants are wanted besides those of `ANY`; -1 for none.
        let method: Int
        let secondMethod: Int
        var roles = RoleSet()
        var isOpen = false
        /// The account id's segment, once a rule has been found.
        var account: Range<Int>?
        /// Whether two rules found different account ids.
        var disagrees = false
        /// The nodes that were walked through.
        var steps = 0
    }

    struct Glob: Hashable, Sendable {
        let prefix: [UInt8]
        let suffix: [UInt8]
        let child: Int
    }

    /// One node; the ranges lie in `grants` and `globs`.
    struct Node: Sendable {
        /// The child for the account id, and the child for any segment; -1 for none.
        let account: Int
        let any: Int
        let globs: Range<Int>
        /// Grants of templates that end here, and of templates that go on with `**`.
        let exact: Range<Int>
        let rest: Range<Int>
    }

    let nodes: [Node]
    let grants: [Grant]
    let globs: [Glob]
    let literals: LiteralTable

    init(nodes: [Node], grants: [Grant], globs: [Glob], literals: LiteralTable) {
        self.nodes = nodes
        self.grants = grants
        self.globs = globs
        self.literals = literals
    }

    /// Collects what the rules give for the path `bytes` (decoded, `/` before each segment).
    func search(_ bytes: [UInt8], into findings: inout Findings) {
        walk(0, from: bytes.count > 1 ? 0 : bytes.count, account: nil, bytes, &findings)
    }

    /// `start` is the slash before the next segment. The depth is bounded by the segments of a path.
    private func walk(_ index: Int, from start: Int, account: Range<Int>?, _ bytes: [UInt8], _ findings: inout Findings) {
        let node = nodes[index]
        findings.steps &+= 1
        if let account { collect(node.rest, account, bytes, &findings) }
        guard start < bytes.count else {
            if let account { collect(node.exact, account, bytes, &findings) }
            return
        }
        var end = start + 1
        var hash = LiteralTable.hashStart
        while end < bytes.count, bytes[end] != slash {
            hash = LiteralTable.hash(hash, bytes[end])
            end += 1
        }
        let range = (start + 1)..<end
        if let child = literals.child(of: index, hash: hash, bytes, range) { walk(child, from: end, account: account, bytes, &findings) }
        if node.account >= 0 { walk(node.account, from: end, account: range, bytes, &findings) }
        if node.any >= 0 { walk(node.any, from: end, account: account, bytes, &findings) }
        for glob in node.globs where matches(globs[glob], bytes, range) {
            walk(globs[glob].child, from: end, account: account, bytes, &findings)
        }
    }

    private func matches(_ glob: Glob, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        PathTemplate.Segment.glob(prefix: glob.prefix, suffix: glob.suffix).matches(bytes[range])
    }

    private func collect(_ range: Range<Int>, _ account: Range<Int>, _ bytes: [UInt8], _ findings: inout Findings) {
        for index in range {
            let grant = grants[index]
            guard grant.method < 0 || grant.method == findings.method || grant.method == findings.secondMethod else { continue }
            findings.roles.formUnion(grant.roles)
            findings.isOpen = findings.isOpen || grant.isOpen
            if let known = findings.account, known != account, !bytes[known].elementsEqual(bytes[account]) { findings.disagrees = true }
            findings.account = findings.account ?? account
        }
    }
}
