import Dispatch
import Foundation
import Synchronization

/// Allocations and instructions of what every request costs, as a Markdown table. Ends with status 1 when a threshold is exceeded.
///
/// Usage: counts THRESHOLDS [INSTRUCTIONS]
///
/// INSTRUCTIONS is what `run` made of valgrind's counts: the runs' sum and the name of an operation on each line.
@main struct Counts {
    static func main() throws {
        let files = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
        let thresholds = try files.first.map { try JSONDecoder().decode(Thresholds.self, from: Data(contentsOf: $0)) }
        var costs = try waited { try await WarmAnswer() }.costs()
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

/// The outcome of work that may wait, on the calling thread. An asynchronous `main` would end the first thread, which valgrind does not survive.
func waited<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    Task {
        do { outcome.settle(.success(try await work())) } catch { outcome.settle(.failure(error)) }
    }
    return try outcome.wait()
}

/// Settled once.
private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isSettled = DispatchSemaphore(value: 0)

    func settle(_ outcome: Result<Value, any Error>) {
        result.withLock { $0 = outcome }
        isSettled.signal()
    }

    func wait() throws -> Value {
        while true {
            if let outcome = result.withLock({ $0 }) { return try outcome.get() }
            isSettled.wait()
        }
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
