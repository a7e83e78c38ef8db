import Gate
import Secrets
import Testing

@Suite struct BasicCredentialsTests {
    private func parse(_ value: String) -> (username: String, password: String)? {
        guard let basic = try? BasicCredentials(parsing: Array(value.utf8)) else { return nil }
        return (basic.username, basic.password.reveal())
    }

    @Test(arguments: ["Basic ", "basic ", "BASIC ", "BaSiC   "])
    func `the scheme is read without regard to case, with one or more spaces`(scheme: String) throws {
        let found = try #require(parse(scheme + "amRvZTpwYXNz"))
        #expect(found.username == "jdoe" && found.password == "pass")
    }

    @Test func `the password begins after the first colon and may contain more of them`() throws {
        let found = try #require(parse("Basic amRvZTpwYTpzOnM="))
        #expect(found.username == "jdoe" && found.password == "pa:s:s")
    }

    @Test func `an empty username or password is read, and refused later like any other`() throws {
        #expect(parse("Basic Og==")?.username == "")
        #expect(parse("Basic dTo=")?.password == "")
        #expect(parse("Basic OnA=")?.password == "p")
    }

    @Test(arguments: [
        "", "Basic", "Basic ", "Basic !!!", "Basic dTpw,", "Basic dTpw x", "Basic dTpw\tx", "Basic\tdTpw", "Basicd TpwX", "Digest dTpw",
        "Basic bm9jb2xvbg==", "Basic dTpwYQ", "Basic dTpwYQ=", "Basic dTpwYR==", "Basic =dTp", "Basic d=Tp", "Basic ====", "Basic dTpw====",
        "Basic dTpw\n", "Basic dTpw=", "Basic dTr_", "Basic dTr-",
    ])
    func `what is not exactly one token of strict base64 with a colon in it is malformed`(value: String) {
        #expect(parse(value) == nil)
    }

    @Test(
        arguments: [
            [0x75, 0x3A, 0x00], [0x75, 0x0A, 0x3A, 0x70], [0x75, 0x3A, 0x7F], [0x75, 0x3A, 0xFF], [0xFF, 0x3A, 0x70], [0x75, 0x3A, 0xC3],
            [0x75, 0xE9, 0x3A, 0x70],
        ] as [[UInt8]])
    func `control characters and bytes that are not UTF-8 are malformed, never cut off`(bytes: [UInt8]) {
        #expect(parse("Basic \(base64(bytes))") == nil)
    }

    @Test func `a field of twenty kilobytes is malformed`() {
        #expect(parse("Basic " + String(repeating: "A", count: 20_000)) == nil)
    }

    @Test func `every byte sequence with a colon survives encoding and parsing`() throws {
        for length in 1...40 {
            let password = String((0..<length).map { Character(UnicodeScalar(UInt8(0x20 + ($0 * 7 + length) % 95))) })
            let found = try #require(parse("Basic \(base64(Array("user:\(password)".utf8)))"))
            #expect(found.password == password)
        }
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var out = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let word = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0...group.count { out.append(alphabet[Int(word >> UInt32(18 - 6 * index) & 63)]) }
            out += String(repeating: "=", count: 3 - group.count)
        }
        return out
    }
}
