import Domain
import Gate
import Ports
import Secrets

@testable import Dashboard
@testable import Operations

extension Samples {
    /// A model for each of the pages about passwords that programs call with.
    static let credentialPages: [any PageModel] = [
        CredentialListPage(CredentialList(rows: [credentialRow()], total: 200), filter: .rotating, page: 2, mayAdd: true, now: now) { _ in true },
        CredentialListPage(CredentialList(rows: [], total: 0), filter: nil, page: 1, mayAdd: true, now: now) { _ in true },
        CredentialPage(
            credentialRow(), lastCalls: lastCalls, denial: nil, isSelf: false, publicAddress: "https://id.example.com", mayExplain: true, now: now
        ) { _ in form },
        CredentialPage(
            credentialRow(), lastCalls: [], denial: .someAccountsAreForeign(count: 2), isSelf: false, publicAddress: "https://id.example.com",
            mayExplain: false, now: now
        ) { _ in form },
        RotatePage(
            credentialRow().detail, form: form, once: attack, grace: "now", isTyped: true,
            errors: FormErrors([.grace, .password(.common)] as [FieldFault])),
        SecretPage(credentialRow().detail, password: attack, publicAddress: "https://id.example.com"),
        StopPage(credentialRow().detail, form: form, errors: FormErrors([.confirmation(expected: attack)] as [FieldFault])),
    ]

    static let lastCalls: [LastCall] = {
        let call = PassedCall(at: now, method: "GET", path: attack, address: attack)
        return [
            LastCall(call: call, outcome: .passed, count: 1), LastCall(call: call, outcome: .refused(.roleMissing), count: 3),
            LastCall(call: call, outcome: .refused(nil), count: 1),
        ]
    }()

    static func credentialRow() -> CredentialRow {
        CredentialRow(
            detail: CredentialDetail(
                user: person("acme-api", access: .apiOnly), current: kept(2, endsAt: nil), previous: kept(1, endsAt: now + .hours(3)),
                ended: [kept(0, endsAt: now - .hours(1))], dueAt: now + .days(3), state: "2 1"),
            calls: Array(0..<30))
    }

    private static func kept(_ id: Int64, endsAt: Instant?) -> KeptPassword {
        KeptPassword(
            credential: StoredCredential(
                id: Identifier(id), user: Identifier(7), hash: StoredHash(phc: "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"), madeAt: now,
                knownByAdmin: true, endsAt: endsAt, lastUse: CredentialUse(at: now, address: attack, method: "GET", path: attack)),
            uses: [AddressUse(address: attack, at: now, calls: 3)])
    }
}
