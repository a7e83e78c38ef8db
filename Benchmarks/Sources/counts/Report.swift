import Foundation

/// The most that an operation may cost, by its name.
struct Thresholds: Decodable {
    let allocations: [String: Double]
    let instructions: [String: Double]
    /// Of 5,000 rules over 50: nodes visited, and instructions where they are counted.
    let matchingNodesGrowth: Double
    let matchingInstructionsGrowth: Double
    let bytesPerRememberedCredential: Double
}

/// The table, and whether anything is over its threshold.
struct Report {
    private let thresholds: Thresholds
    private var lines = [
        "| operation | allocations | at most | instructions | at most | |", "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    private var remarks: [String] = []
    private(set) var isOver = false

    init(_ thresholds: Thresholds) { self.thresholds = thresholds }

    /// An operation without a threshold is over it: a new one needs one.
    mutating func add(_ cost: Cost) {
        let allocations = thresholds.allocations[cost.name]
        let instructions = thresholds.instructions[cost.name]
        let isWithin = cost.allocations <= allocations ?? -1 && (cost.instructions ?? 0) <= instructions ?? -1
        if !isWithin { isOver = true }
        lines.append(
            "| \(cost.name) | \(Self.short(cost.allocations)) | \(allocations.map(Self.short) ?? "none given") "
                + "| \(cost.instructions.map(Self.whole) ?? "not counted") | \(instructions.map(Self.whole) ?? "none given") "
                + "| \(isWithin ? "" : "OVER") |")
    }

    mutating func compareGrowth(_ matchings: [Matching], _ costs: [Cost]) {
        guard let few = matchings.first, let many = matchings.last else { return }
        compare("nodes visited", Double(few.nodes), Double(many.nodes), thresholds.matchingNodesGrowth, from: few, to: many)
        let instructions = { (matching: Matching) in costs.first { $0.name == matching.cost.name }?.instructions }
        if let fewer = instructions(few), let more = instructions(many) {
            compare("instructions", fewer, more, thresholds.matchingInstructionsGrowth, from: few, to: many)
        }
    }

    mutating func compare(_ remembering: Remembering) {
        let most = thresholds.bytesPerRememberedCredential
        if remembering.bytesEach > most { isOver = true }
        remarks.append(
            "A remembered credential, \(Remembering.credentials) of them: \(Self.whole(remembering.bytesEach)) bytes (at most \(Self.whole(most)))"
                + (remembering.bytesEach > most ? ": OVER." : "."))
    }

    private mutating func compare(_ what: String, _ few: Double, _ many: Double, _ most: Double, from: Matching, to: Matching) {
        let growth = few > 0 ? many / few : .infinity
        if growth > most { isOver = true }
        remarks.append(
            "Matching, \(what): \(to.rules) rules cost \(Self.short(growth)) times what \(from.rules) do (at most \(Self.short(most)))"
                + (growth > most ? ": OVER." : "."))
    }

    var text: String { (lines + [""] + remarks).joined(separator: "\n") }

    private static func short(_ number: Double) -> String { String(format: "%.2f", number) }

    private static func whole(_ number: Double) -> String { String(format: "%.0f", number) }
}
