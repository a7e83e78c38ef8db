import Domain
import Operations
import Secrets

/// Who there is in the demo. Names never change; passwords are made at the first start and kept in `demo.json`.
struct DemoUsers: Codable, Sendable {
    struct Entry: Codable, Hashable, Sendable {
        let username: String
        let password: String
    }

    let note: String
    let `operator`: Entry
    let admin: Entry
    let basic: Entry
    let apiUser: Entry

    static let first = "920012"
    static let second = "930044"

    /// Fresh passwords.
    init(_ entropy: any Entropy) {
        func entry(_ username: String) -> Entry { Entry(username: username, password: GeneratedPassword.make(entropy).reveal()) }
        note = "Sign-ins of a demo with sample data. Anybody who reads this file can use them: keep nothing real in this installation."
        `operator` = entry("olive.operator")
        admin = entry("ana.admin")
        basic = entry("ben.basic")
        apiUser = entry("acme-orders")
    }

    /// Fields of the users that the operator adds, with phones, which verification asks for.
    static let adminFields = UserFields(
        username: "ana.admin", firstName: "Ana", lastName: "Almeida", email: "ana.admin@acme.example", phone: "919 555 0134", level: "admin",
        access: ["dashboard"], accounts: [first, second], roles: ["\(first):configuration", "\(first):reporting"])
    static let basicFields = UserFields(
        username: "ben.basic", firstName: "Ben", lastName: "Brandt", email: "ben.basic@acme.example", phone: "919 555 0135", level: "basic",
        access: ["dashboard"], accounts: [first], roles: ["\(first):billing-reports"])
    static let apiFields = UserFields(
        username: "acme-orders", firstName: "API", lastName: "User", email: "api+orders@acme.example", phone: "919 555 0136", level: "basic",
        access: ["api"], accounts: [first, second], roles: ["\(first):ordering", "\(first):reporting", "\(second):reporting"])
    /// Stays unverified, so that Home and Held mail have something to show.
    static let waitingFields = UserFields(
        username: "wen.waiting", firstName: "Wen", lastName: "Wang", email: "wen.waiting@acme.example", phone: "919 555 0137", level: "basic",
        access: ["dashboard"], accounts: [first], roles: [])

    static let setUp = SetUpFields(
        accountID: first, accountName: "Acme East", companyName: "Acme Telephony",
        user: UserFields(
            username: "olive.operator", firstName: "Olive", lastName: "Okafor", email: "olive.operator@latchkey.example", phone: "919 555 0130"),
        passwordDelivery: .email)
}
