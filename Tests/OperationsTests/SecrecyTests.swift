import Catalogue
import Domain
import Operations
import Ports
import Secrets
import TestKit
import Testing

/// After everything has happened once, no secret is readable in what lies on the disk.
@Suite struct SecrecyTests {
    private let workshop: Workshop
    private let people = People()

    init() async throws { workshop = try await .open() }

    @Test func `what is searched for would be found`() async throws {
        #expect(try workshop.spellingsOnDisk(of: "Olga").contains("plain"))
    }

    @Test func `after a whole journey no password and no token is on the disk, before the mail leaves or after`() async throws {
        var secrets: [String: String] = ["everybody's": UserFixture.password]
        let typed = "cöpper+kettle/on?Tuesday=9"
        secrets["typed"] = typed
        let jane = try await workshop.add("jane.doe", password: .typed(Secret(typed)))
        secrets["verification"] = try await workshop.tokenInNewestLetter(for: jane, .verification).text
        try expectNone(of: secrets)
        _ = try await workshop.verify(jane)
        try expectNone(of: secrets)
        let session = try await workshop.signIn("jane.doe", typed)
        secrets["session"] = session.token.text
        let chosen = "another kettle on Friday"
        secrets["chosen"] = chosen
        _ = try await OwnProfile(workshop.instruments).replacePassword(
            as: session.signedIn.caller.asSelf(), keeping: session.signedIn.session.digest, new: Secret(chosen))

        try await workshop.settings { $0.passwordDelivery = .link }
        let draft = try UserDraft(
            parsing: workshop.fields("acme-orders") {
                $0.access = ["api"]; $0.roles = ["920012:ordering"]
            })
        let program = try await AddUser(workshop.instruments)(as: workshop.admin(people.ana), draft, password: .generated)
        let generated = program.generated?.reveal() ?? ""
        secrets["generated"] = generated
        _ = try await workshop.verify(program.user)
        let collect = try await workshop.tokenInNewestLetter(for: program.user, .collectPassword)
        secrets["collect"] = collect.text
        let collected = try await CollectPassword(workshop.instruments)(collect, workshop.circumstances())
        let shown = collected.password.reveal()
        #expect(shown == generated)
        #expect(try await workshop.call("acme-orders", generated) == "pass")
        secrets["header"] = String(decoding: Workshop.basic("acme-orders", generated).dropFirst(6), as: UTF8.self)
        _ = try await workshop.call("acme-orders", "a guess at the gate")
        secrets["guess"] = "a guess at the gate"
        try await workshop.refusals.flush(to: workshop.store)
        try await workshop.uses.flush(to: workshop.store)

        try await workshop.askReset("jane.doe")
        secrets["reset"] = try await workshop.tokenInNewestLetter(for: jane, .reset).text
        let now = try await workshop.stored("jane.doe")
        let details = try UserDetails(
            parsing: UserFields(firstName: "Jane", lastName: "Doering", email: "jane@new.example.org", phone: "9195550177"))
        _ = try await OwnProfile(workshop.instruments).change(as: workshop.myself("jane.doe", chosen), version: now.version, details)
        secrets["confirm"] = try await workshop.tokenInNewestLetter(for: jane, .confirmEmail).text
        secrets["stop"] = try await workshop.tokenInNewestLetter(for: jane, .emailBeingChanged).text
        try expectNone(of: secrets)
        try await workshop.mailServerTakesAll()
        try await workshop.sweep()
        try expectNone(of: secrets)
        #expect(secrets.count == 12)
    }

    private func expectNone(of secrets: [String: String]) throws {
        for (name, secret) in secrets {
            #expect(!secret.isEmpty)
            #expect(try workshop.spellingsOnDisk(of: secret).isEmpty, "\(name)")
        }
    }

    @Test func `the trail says nothing secret, whatever was typed`() async throws {
        let typed = "copper kettle on Tuesday"
        let jane = try await workshop.add("jane.doe", password: .typed(Secret(typed)))
        let token = try await workshop.tokenInNewestLetter(for: jane, .verification).text
        _ = try await workshop.verify(jane)
        _ = try? await workshop.signIn(typed, "jane.doe")  // the two boxes mixed up: refused
        _ = try await workshop.call(typed, "jane.doe")
        try await workshop.refusals.flush(to: workshop.store)
        let trail = String(describing: try await workshop.trail())
        #expect(!trail.contains(typed) && !trail.contains(token))
        #expect(trail.contains("jane.doe"))
    }

    @Test func `nothing that operations hand out shows its secret when it is printed`() async throws {
        let draft = try UserDraft(parsing: workshop.fields("jane.doe"))
        let added = try await AddUser(workshop.instruments)(as: workshop.admin(people.ana), draft, password: .generated)
        let password = added.generated?.reveal() ?? ""
        let verification = try await workshop.newestLetter(for: added.user, .verification)
        let token = verification.token ?? ""
        let session = try await workshop.signIn(people.ben)
        let printed = [
            String(describing: added.user), String(describing: verification), String(reflecting: session), String(describing: session),
            String(describing: try await workshop.credentials(of: added.user)), "\(session.token)",
        ].joined()
        for secret in [password, token, session.token.text] { #expect(!secret.isEmpty && !printed.contains(secret)) }
    }
}
