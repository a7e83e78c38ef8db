/// Grows a `SegmentTrie` rule by rule.
struct SegmentTrieBuilder {
    private struct Node {
        var account = -1
        var any = -1
        var globs: [SegmentTrie.Glob] = []
        var exact: [SegmentTrie.Grant] = []
        var rest: [SegmentTrie.Grant] = []
    }

    private var nodes: [Node] = [Node()]
    private var literals = LiteralTable()

    mutating func insert(_ template: PathTemplate, _ grant: SegmentTrie.Grant) {
        var node = 0
        for segment in template.segments { node = child(of: node, for: segment) }
        if template.hasRest {
            merge(grant, into: &nodes[node].rest)
        } else {
            merge(grant, into: &nodes[node].exact)
        }
    }

    /// The trie as it stands, its nodes' lists laid end to end.
    func trie() -> SegmentTrie {
        var grants: [SegmentTrie.Grant] = []
        var globs: [SegmentTrie.Glob] = []
        let flat = nodes.map { node in
            SegmentTrie.Node(
                account: node.account, any: node.any, globs: append(node.globs, to: &globs), exact: append(node.exact, to: &grants),
                rest: append(node.rest, to: &grants))
        }
        return SegmentTrie(nodes: flat, grants: grants, globs: globs, literals: literals)
    }

    private func append<Element>(_ list: [Element], to pool: inout [Element]) -> Range<Int> {
        pool += list
        return (pool.count - list.count)..<pool.count
    }

    private func merge(_ grant: SegmentTrie.Grant, into grants: inout [SegmentTrie.Grant]) {
        if let index = grants.firstIndex(where: { other in other.method == grant.method }) {
            grants[index].roles.formUnion(grant.roles)
            grants[index].isOpen = grants[index].isOpen || grant.isOpen
        } else {
            grants.append(grant)
        }
    }

    /// The child for this segment, made if there is none.
    private mutating func child(of node: Int, for segment: PathTemplate.Segment) -> Int {
        let fresh = nodes.count
        switch segment {
        case .literal(let bytes):
            let hash = LiteralTable.hash(bytes)
            if let child = literals.child(of: node, hash: hash, bytes, bytes.indices) { return child }
            literals.insert(fresh, for: bytes, hash: hash, under: node)
        case .account:
            if nodes[node].account >= 0 { return nodes[node].account }
            nodes[node].account = fresh
        case .any:
            if nodes[node].any >= 0 { return nodes[node].any }
            nodes[node].any = fresh
        case .glob(let prefix, let suffix):
            if let known = nodes[node].globs.first(where: { glob in glob.prefix == prefix && glob.suffix == suffix }) { return known.child }
            nodes[node].globs.append(SegmentTrie.Glob(prefix: prefix, suffix: suffix, child: fresh))
        }
        nodes.append(Node())
        return fresh
    }
}
