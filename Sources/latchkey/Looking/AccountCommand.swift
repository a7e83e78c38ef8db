import ArgumentParser
import Assembly
import Domain
import Operations
import Ports

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Add and list accounts.", subcommands: [AccountAdd.self, AccountList.self])
}

private struct AccountJSON: Encodable {
    let id: String
    let name: String
    let companyName: String

    init(_ account: Account) {
        id = account.id.description
        name = account.name
        companyName = account.companyName
    }
}

struct AccountAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add an account.",
        discussion: """
            EXAMPLES
              latchkey account add 920012 "Acme East" --company "Acme Telephony" --contract tn-lookup
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "One to twelve digits, as in API paths.") var id: String
    @Argument(help: "What people call it.") var name: String
    @Option(help: "The company; the name, if left out.") var company: String?
    @Option(name: .customLong("contract"), help: "A by-contract role that the account may hand out; repeat for more.")
    var contracts: [String] = []

    func run() async throws {
        try await Console.run(place) { installation in
            let account = try Account.parse(id: id, name: name, companyName: company ?? name, now: installation.clock.now())
            let added = try await Accounts(installation.instruments).add(as: installation.atTheConsole(), account, contracts: Set(contracts))
            if place.json { try Console.json(AccountJSON(added)) } else { Console.say("Added account \(added.id).") }
        }
    }
}

struct AccountList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accounts.",
        discussion: """
            EXAMPLES
              latchkey account list --json
            """)

    @OptionGroup var place: PlaceOptions

    private struct Listed: Encodable { let accounts: [AccountJSON] }

    func run() async throws {
        try await Console.run(place) { installation in
            let accounts = try await Accounts(installation.instruments).list(as: installation.atTheConsole().asAdmin)
            if place.json { return try Console.json(Listed(accounts: accounts.map(AccountJSON.init))) }
            Console.table([["ID", "NAME", "COMPANY"]] + accounts.map { [$0.id.description, $0.name, $0.companyName] })
        }
    }
}
