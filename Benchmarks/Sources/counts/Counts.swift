import Foundation

/// Allocations and instructions of what every request costs, as a Markdown table. Ends with status 1 when a threshold is exceeded.
///
/// Usage: counts THRESHOLDS [INSTRUCTIONS]
///
/// INSTRUCTIONS is what `run` made of valgrind's counts: the runs' sum and the name of an operation on each line.
@main struct Counts {
    static func main() async throws {
        let files = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
        let thresholds = try files.first.map { try JSONDecoder().decode(Thresholds.self, from: Data(contentsOf: $0)) }
        var costs = try await WarmAnswer().costs()
        let matchings = try [50, 500, 5_000].map { try Matching(rules: $0) }
        costs += matchings.map(\.cost)
        guard let thresholds else { return }
        if files.count > 1 { try Instructions(files[1]).complete(&costs) }
        var report = Report(thresholds)
        for cost in costs { report.add(cost) }
        report.compareGrowth(matchings, costs)
        report.compare(try Remembering())
        print(report.text)
        if report.isOver { exit(1) }
    }
}

/// Counts of valgrind's.
struct Instructions {
    private var counted: [String: Double] = [:]

    init(_ file: URL) throws {
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let sum = Double(parts[0]) else { continue }
            counted[String(parts[1])] = sum / Double(Cost.rounds)
        }
    }

    func complete(_ costs: inout [Cost]) {
        for index in costs.indices { costs[index].instructions = counted[costs[index].name] ?? costs[index].instructions }
    }
}
