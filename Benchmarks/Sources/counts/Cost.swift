import CCounters

/// What one run of an operation costs, on the average of many.
struct Cost {
    /// Runs of each operation that are counted.
    static let rounds = 1_000

    /// Runs before them: what is made once (tables, metadata) is nobody's cost.
    static let warming = 200

    let name: String
    let allocations: Double
    /// Outside the kernel; `nil` where nobody counts them.
    var instructions: Double?

    /// - Parameters:
    ///   - name: under which callgrind writes down its count.
    ///   - operation: runs on the calling thread from beginning to end.
    static func of(_ name: String, _ operation: () throws -> Void) rethrows -> Cost {
        for _ in 0..<warming { try operation() }
        // The name is made ready before: what the allocator then puts in order is nobody's cost either.
        return try name.withCString { label in
            counters_section_begin()
            let (before, begun) = (counters_allocations(), counters_instructions())
            for _ in 0..<rounds { try operation() }
            let (after, ended) = (counters_allocations(), counters_instructions())
            counters_section_end(label)
            return Cost(
                name: name, allocations: Double(after - before) / Double(rounds),
                instructions: begun < 0 ? nil : Double(ended - begun) / Double(rounds))
        }
    }
}
