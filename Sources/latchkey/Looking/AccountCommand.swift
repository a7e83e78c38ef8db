import ArgumentParser
import Assembly
import Domain
import Operations
import Ports

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Add and list accounts; say what their contracts allow.",
        subcommands: [AccountAdd.self, AccountList.self, AccountEntitle.self])
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

struct AccountEntitle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitle", abstract: "Say which by-contract roles an account may hand out.",
        discussion: """
            Withdrawing a role keeps it with the users who have it: it can only not be handed out any more. Take it from them with \
            `latchkey user revoke`.

            EXAMPLES
              latchkey account entitle 920012 --contract tn-lookup
              latchkey account entitle 920012 --withdraw tn-lookup
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The account id.") var id: String
    @Option(name: .customLong("contract"), help: "A role that the account may hand out from now on; repeat for more.")
    var contracts: [String] = []
    @Option(name: .customLong("withdraw"), help: "A role that it may not hand out any more; repeat for more.") var withdrawn: [String] = []

    private struct Entitled: Encodable {
        let id: String
        let contracts: [String]
    }

    func validate() throws {
        if contracts.isEmpty, withdrawn.isEmpty { throw ValidationError("Name a --contract or a --withdraw.") }
    }

    func run() async throws {
        try await Console.run(place) { installation in
            guard let id = Identifier<Account>(canonical: id) else { throw Refusal.noSuchAccount }
            let accounts = Accounts(installation.instruments)
            let caller = installation.atTheConsole()
            let now = try await accounts.contracts(as: caller, id).union(contracts).subtracting(withdrawn)
            try await accounts.setContracts(as: caller, id, now)
            if place.json { return try Console.json(Entitled(id: id.description, contracts: now.sorted())) }
            Console.say("Account \(id) by contract: \(now.isEmpty ? "nothing" : now.sorted().joined(separator: ", ")).")
        }
    }
}
