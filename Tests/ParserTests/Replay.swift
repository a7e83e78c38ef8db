import Foundation
import Testing

/// Feeds a parser with its corpus, then with mutations of it: a fixed number from a fixed seed, or for as long as `make fuzz` says.
struct Replay {
    /// The folder in `Fuzz/Corpus`.
    let target: String
    let words: [String]

    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzz/Corpus")

    private func inputs() throws -> [[UInt8]] {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.corpus.appendingPathComponent(target), includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { file in Array(try Data(contentsOf: file)) }
    }

    /// - Parameter holds: nil, or a sentence about a property that does not hold. A trap ends the process; the input that caused it is then in
    ///   `Fuzz/last-TARGET`.
    func run(mutations: Int = 1500, _ holds: ([UInt8]) throws -> String?) throws {
        let inputs = try inputs()
        try #require(!inputs.isEmpty, "there is no corpus for \(target)")
        for input in inputs { try check(input, holds) }
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["FUZZ_SECONDS"].flatMap(Double.init)
        let seed = environment["FUZZ_SEED"].flatMap(UInt64.init) ?? (seconds == nil ? 1 : UInt64.random(in: 1...(.max)))
        var mutator = Mutator(inputs, words: words, seed: seed)
        let end = seconds.map { seconds in ContinuousClock.now + .seconds(seconds) }
        if let seconds { print("fuzzing \(target) for \(seconds) s with FUZZ_SEED=\(seed)") }
        var count = 0
        while end.map({ end in ContinuousClock.now < end }) ?? (count < mutations) {
            try check(mutator.next(), holds)
            count += 1
        }
        try FileManager.default.removeItem(at: last)
        if seconds != nil { print("fuzzed \(target): \(count) inputs") }
    }

    private var last: URL { Self.corpus.deletingLastPathComponent().appendingPathComponent("last-\(target)") }

    private func check(_ input: [UInt8], _ holds: ([UInt8]) throws -> String?) throws {
        try Data(input).write(to: last)
        guard let broken = try holds(input) else { return }
        Issue.record("\(target): \(broken): \(Data(input.prefix(2000)).base64EncodedString()) (base64)")
    }
}
