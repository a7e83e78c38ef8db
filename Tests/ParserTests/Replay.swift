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
        let last = try LastInput(Self.corpus.deletingLastPathComponent().appendingPathComponent("last-\(target)"))
        for input in inputs { try check(input, last, holds) }
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["FUZZ_SECONDS"].flatMap(Double.init)
        let seed = environment["FUZZ_SEED"].flatMap(UInt64.init) ?? (seconds == nil ? 1 : UInt64.random(in: 1...(.max)))
        var mutator = Mutator(inputs, words: words, seed: seed)
        let end = seconds.map { seconds in ContinuousClock.now + .seconds(seconds) }
        if let seconds { print("fuzzing \(target) for \(seconds) s with FUZZ_SEED=\(seed)") }
        var count = 0
        while end.map({ end in ContinuousClock.now < end }) ?? (count < mutations) {
            try check(mutator.next(), last, holds)
            count += 1
        }
        try last.remove()
        if seconds != nil { print("fuzzed \(target): \(count) inputs") }
    }

    private func check(_ input: [UInt8], _ last: LastInput, _ holds: ([UInt8]) throws -> String?) throws {
        try last.note(input)
        guard let broken = try holds(input) else { return }
        Issue.record("\(target): \(broken): \(Data(input.prefix(2000)).base64EncodedString()) (base64)")
    }
}

/// The input that is being looked at, in a file that outlives a trap. Nothing waits for the disk: what ends is this process, not the machine.
private struct LastInput {
    private let url: URL
    private let handle: FileHandle

    init(_ url: URL) throws {
        self.url = url
        try Data().write(to: url)
        handle = try FileHandle(forWritingTo: url)
    }

    func note(_ input: [UInt8]) throws {
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: Data(input))
        try handle.truncate(atOffset: UInt64(input.count))
    }

    func remove() throws {
        try handle.close()
        try FileManager.default.removeItem(at: url)
    }
}
