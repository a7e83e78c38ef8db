/// What a stored Argon2id string asks for, read strictly and within limits, before anything is allocated for it.
struct PHCParameters {
    let memoryKiB: Int
    let passes: Int

    /// 256 MiB: the database is input, and must not be able to take the machine's memory.
    static let mostMemoryKiB = 262_144
    static let mostPasses = 16

    /// Nil unless the text is `$argon2id$v=19$m=M,t=T,p=1$salt$hash` with M and T within the limits.
    init?(_ phc: String) {
        // 127: what libsodium writes at most, its terminator not counted.
        guard phc.utf8.count <= 127 else { return nil }
        let parts = phc.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19" else { return nil }
        let settings = parts[3].split(separator: ",", omittingEmptySubsequences: false)
        guard settings.count == 3,
            let memory = PHCParameters.number(settings[0], after: "m="), (8...Self.mostMemoryKiB).contains(memory),
            let passes = PHCParameters.number(settings[1], after: "t="), (1...Self.mostPasses).contains(passes),
            settings[2] == "p=1"
        else { return nil }
        guard PHCParameters.isBase64(parts[4], atLeast: 11), PHCParameters.isBase64(parts[5], atLeast: 22) else { return nil }
        self.memoryKiB = memory
        self.passes = passes
    }

    /// A decimal number without sign or leading zero, of at most seven digits.
    private static func number(_ text: Substring, after name: String) -> Int? {
        guard text.hasPrefix(name) else { return nil }
        let digits = text.dropFirst(name.count)
        guard (1...7).contains(digits.utf8.count), digits.first != "0", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    private static func isBase64(_ text: Substring, atLeast length: Int) -> Bool {
        text.utf8.count >= length
            && text.utf8.allSatisfy { letter in
                switch letter {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
                default: false
                }
            }
    }
}
