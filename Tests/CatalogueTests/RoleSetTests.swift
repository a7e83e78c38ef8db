import Catalogue
import Testing

struct `A set of roles is bits` {
    @Test func `each of 256 roles has its own bit`() {
        for index in 0..<RoleSet.capacity {
            var set = RoleSet()
            set.insert(index)
            #expect(set.indices == [index] && set.count == 1 && set.contains(index) && !set.isEmpty)
        }
    }

    @Test func `an index beyond the capacity is nobody's`() {
        var set = RoleSet()
        for index in [-1, 256, Int.max, Int.min] {
            set.insert(index)
            #expect(!set.contains(index))
        }
        #expect(set.isEmpty && set == RoleSet())
    }

    @Test func `sets meet, join and part`() {
        var odd = RoleSet()
        var low = RoleSet()
        for index in stride(from: 1, to: 256, by: 2) { odd.insert(index) }
        for index in 0..<65 { low.insert(index) }
        #expect(!odd.isDisjoint(with: low))
        #expect(odd.intersection(low).count == 32)
        #expect(odd.union(low).count == 128 + 33)
        var rest = low
        rest.subtract(odd)
        #expect(rest.isDisjoint(with: odd) && rest.count == 33)
    }
}

struct `A role id is a word for programs` {
    @Test(arguments: ["a", "billing-reports", "e911", "a-1-b", String(repeating: "a", count: 64)])
    func `letters, digits and dashes are one`(text: String) {
        #expect(RoleID(parsing: text)?.description == text)
    }

    @Test(arguments: ["", "A", "a_b", "-a", "a-", "a--b", "1a", "a b", "é", "a\n", "a/b", String(repeating: "a", count: 65)])
    func `everything else is none`(text: String) {
        #expect(RoleID(parsing: text) == nil)
    }

    @Test func `the digest tells catalogues with other roles, or another order, apart`() throws {
        func digest(_ ids: [String]) throws -> UInt64 {
            let roles = ids.map { "  - {id: \($0), name: \($0), area: A, description: D, allow: ['GET /{accountId}']}\n" }
            return CompiledCatalogue(try RoleCatalogue(yaml: "roles:\n" + roles.joined())).rolesDigest
        }
        #expect(try digest(["a", "b"]) == digest(["a", "b"]))
        #expect(try Set([digest(["a", "b"]), digest(["b", "a"]), digest(["a"]), digest(["ab"]), digest(["a-b"])]).count == 5)
    }
}
