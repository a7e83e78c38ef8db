/// The literal children of all nodes of a trie: one open-addressing table from node and segment to child.
///
/// It is filled from the catalogue only; a request looks things up and never adds, so it cannot make a lookup slow.
struct LiteralTable: Sendable {
    private struct Slot {
        /// -1: free.
        var node = -1
        var child = -1
        var hash: UInt64 = 0
        var start = 0
        var end = 0
    }

    private var slots: [Slot] = [Slot](repeating: Slot(), count: 16)
    private var used = 0
    /// The bytes of all literals, one after another.
    private var pool: [UInt8] = []

    /// FNV-1a, byte by byte from here.
    static let hashStart: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash with one more byte taken in.
    static func hash(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    static func hash(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(hashStart, hash) }

    /// The child of `node` for the segment `bytes[range]`, whose hash is `hash`.
    func child(of node: Int, hash: UInt64, _ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var index = home(of: node, hash: hash)
        while slots[index].node >= 0 {
            let slot = slots[index]
            if slot.node == node, slot.hash == hash, isEqual(slot, bytes, range) { return slot.child }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds a child that is not there yet.
    mutating func insert(_ child: Int, for literal: [UInt8], hash: UInt64, under node: Int) {
        // At most half full: probes stay short and a free slot always ends them.
        if used * 2 >= slots.count { grow() }
        let slot = Slot(
            node: node, child: child, hash: hash, start: pool.count, end: pool.count + literal.count)
        pool += literal
        place(slot)
        used += 1
    }

    private func isEqual(_ slot: Slot, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard slot.end - slot.start == range.count else { return false }
        var position = slot.start
        for index in range {
            if pool[position] != bytes[index] { return false }
            position += 1
        }
        return true
    }

    private func home(of node: Int, hash: UInt64) -> Int {
        let mixed = (hash ^ UInt64(truncatingIfNeeded: node)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & (slots.count - 1)
    }

    private mutating func place(_ slot: Slot) {
        var index = home(of: slot.node, hash: slot.hash)
        while slots[index].node >= 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for slot in old where slot.node >= 0 { place(slot) }
    }
}
