/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Makes inputs out of inputs: what a parser has seen, changed a little.
struct Mutator {
    private let corpus: [[UInt8]]
    /// What means something to the parser.
    private let words: [[UInt8]]
    private var numbers: SeededNumbers

    init(_ corpus: [[UInt8]], words: [String], seed: UInt64) {
        self.corpus = corpus.isEmpty ? [[]] : corpus
        self.words = words.map { word in Array(word.utf8) }
        numbers = SeededNumbers(seed: seed)
    }

    mutating func next() -> [UInt8] {
        var input = corpus.randomElement(using: &numbers) ?? []
        for _ in 0..<Int.random(in: 1...6, using: &numbers) { change(&input) }
        return Array(input.prefix(1 << 17))
    }

    private mutating func change(_ input: inout [UInt8]) {
        let place = Int.random(in: 0...input.count, using: &numbers)
        let end = min(input.count, place + Int.random(in: 0...8, using: &numbers))
        switch Int.random(in: 0..<9, using: &numbers) {
        case 0: input.insert(UInt8.random(in: .min ... .max, using: &numbers), at: place)
        case 1: input.insert(UInt8.random(in: 0x20...0x7E, using: &numbers), at: place)
        case 2: input.removeSubrange(place..<end)
        case 3: if place < input.count { input[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers) }
        case 4: input.insert(contentsOf: words.randomElement(using: &numbers) ?? [], at: place)
        case 5: input.insert(contentsOf: input[place..<end], at: place)
        case 6: input.insert(contentsOf: (corpus.randomElement(using: &numbers) ?? []).prefix(64), at: place)
        case 7: input.replaceSubrange(place..<end, with: words.randomElement(using: &numbers) ?? [])
        case _:
            let piece = words.randomElement(using: &numbers) ?? [0x5B]
            for _ in 0..<Int.random(in: 1...200, using: &numbers) { input.insert(contentsOf: piece, at: place) }
        }
    }
}
