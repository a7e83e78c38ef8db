import Catalogue
import Domain
import Ports
import Testing

@testable import Gate

/// What a principal holds, account by account.
@Suite struct PrincipalTests {
    private func principal(_ grants: Grants) throws -> Principal {
        let user = User(
            id: Identifier(1), username: try Username(parsing: "acme"), name: try PersonName(first: "A", last: "B"),
            email: try EmailAddress(parsing: "a@example.com"), phone: try PhoneNumber(parsing: "9195550134"), level: .basic, access: .apiOnly,
            state: .enabled(.active), mustChoosePassword: false, passwordChangedAt: nil, passwordSeenInPlainAt: nil,
            createdAt: Instant(milliseconds: 0), createdBy: nil, lastSignInAt: nil, grants: grants, version: 1)
        return Principal(user, credential: Identifier(1), CompiledCatalogue(try RoleCatalogue.shipped()))
    }

    @Test func `every granted account is found, and no other`() throws {
        for count in [0, 1, 2, 3, 8, 101] {
            let granted = (0..<count).map { Identifier<Account>(Int64(10 + 3 * $0)) }
            let principal = try principal(Dictionary(uniqueKeysWithValues: granted.map { ($0, $0.rawValue % 2 == 0 ? ["ordering"] : []) }))
            for number in Int64(0)..<400 {
                let pass = principal.held(in: Identifier(number))
                #expect((pass != nil) == granted.contains(Identifier(number)), "\(number) of \(count)")
                if let pass { #expect(pass.text == (number % 2 == 0 ? "ordering" : "")) }
            }
        }
    }

    @Test func `roles are named in the catalogue's order, those that it does not know apart`() throws {
        let pass = try #require(try principal([Identifier(7): ["porting", "no-such-role", "ordering"]]).held(in: Identifier(7)))
        #expect(pass.text == "ordering,porting")
        #expect(pass.granted == Set(["ordering", "porting", "no-such-role"].compactMap { RoleID(parsing: $0) }))
        #expect(try principal([Identifier(7): []]).held(in: Identifier(7))?.granted == [])
    }

    @Test func `those who hold the same share it, and another catalogue has its own`() throws {
        let one = try #require(try principal([Identifier(7): ["porting", "ordering"]]).held(in: Identifier(7)))
        let other = try #require(try principal([Identifier(8): ["ordering", "porting"]]).held(in: Identifier(8)))
        #expect(one === other)
        let empty = CompiledCatalogue(try RoleCatalogue(yaml: "routes: []\nroles: []\n"))
        #expect(HeldRoles.shared(one.granted, empty) !== one && HeldRoles.shared(one.granted, empty).text.isEmpty)
        #expect(HeldRoles.shared(one.granted, empty).granted == one.granted)
    }
}
