import ArgumentParser
import Assembly
import Catalogue
import Domain
import Operations

struct CatalogueExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say which roles open a method and path, and whether a user would pass.",
        discussion: """
            With --user it looks into the data directory and says what is in that user's way and what would help. The catalogue is the \
            one of --catalogue, or else the configuration's, or else the one that ships.

            EXAMPLES
              latchkey catalogue explain POST /api/accounts/920012/orders
              latchkey catalogue explain GET '/api/accounts/{accountId}/orders' --account 920012 --user acme-api

            EXIT CODES
              0  somebody may; with --user: that user may
              1  with --user: the user may not
              3  no rule speaks of it, or there is no such user
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "GET, POST, …") var method: String
    @Argument(help: "The path, as a program would send it; {accountId} in it stands for --account.") var path: String
    @Option(help: "The username, case-sensitive.") var user: String?
    @Option(help: "The account id to put in the place of {accountId}.") var account: String?
    @Option(name: .customLong("catalogue"), help: "A catalogue file.") var file: String?

    private struct Explained: Encodable {
        let method: String
        let path: String
        let open: Bool
        let roles: [String]
        let rules: [String]
        let user: String?
        let passes: Bool?
        let reason: String?
        let help: [String]?
    }

    func run() async throws {
        guard let method = Method(parsing: method) else { throw ValidationError("\"\(method)\" is not a method: write it in capital letters.") }
        let canonical: CanonicalPath
        do { canonical = try CanonicalPath(parsing: path.replacing("{accountId}", with: account ?? "{accountId}")) } catch {
            Console.complain("The gate refuses this path: \(error.sentence)")
            throw Exit.refused
        }
        guard let user else { return try await Console.run { try print(explanation(of: method, canonical, try fromFile()), nil) } }
        try await Console.run(place) { installation in
            let catalogue = try file == nil ? installation.instruments.catalogue.value : fromFile()
            let forecast = try await ExplainCall(installation.instruments)(
                as: installation.atTheConsole().asAdmin, user, method, canonical, under: catalogue)
            try print(explanation(of: method, canonical, catalogue), forecast)
        }
    }

    private func fromFile() throws -> CompiledCatalogue {
        do { return CompiledCatalogue(try CatalogueFile.read(try file ?? place.configuration().catalogueFile)) } catch let faults as CatalogueFaults {
            Console.complain(faults.description)
            throw Exit.refused
        }
    }

    private func explanation(of method: Method, _ path: CanonicalPath, _ catalogue: CompiledCatalogue) -> (Explanation, CompiledCatalogue) {
        (catalogue.explain(method, path), catalogue)
    }

    private func print(_ made: (explanation: Explanation, catalogue: CompiledCatalogue), _ forecast: CallForecast?) throws {
        let explanation = made.explanation
        let answer = Self.answer(explanation, made.catalogue)
        let sentences = forecast.map { ForecastWords.sentences($0, explanation) }
        if place.json {
            try Console.json(
                Explained(
                    method: explanation.method.rawValue, path: explanation.path.text, open: answer.open, roles: answer.roles,
                    rules: explanation.entries.map(\.rule.description), user: forecast?.user.username.text, passes: forecast?.passes,
                    reason: forecast?.word, help: sentences))
        } else {
            Console.say("\(explanation.method) \(explanation.path): \(answer.sentence)")
            Console.table(
                explanation.entries.map { ["  \($0.rule.position)", $0.role?.rawValue ?? "any user", "\($0.rule)", Self.words($0.effect)] })
            for sentence in sentences ?? [] { Console.say(Console.safe(sentence)) }
        }
        if case .noRule = explanation.match { throw Exit.notFound }
        if let forecast, !forecast.passes { throw Exit.refused }
    }

    private static func answer(_ explanation: Explanation, _ catalogue: CompiledCatalogue) -> (open: Bool, roles: [String], sentence: String) {
        switch explanation.match {
        case .noRule:
            if explanation.accountsDisagree { return (false, [], "nobody may: the rules below see different account ids in it.") }
            let methods = explanation.methods.map(\.rawValue).joined(separator: ", ")
            return (false, [], methods.isEmpty ? "no rule speaks of it; nobody may." : "nobody may; other methods: \(methods).")
        case .rule(let rule):
            let roles = catalogue.roles(in: rule.roles).map(\.id.rawValue)
            if rule.isOpen { return (true, roles, "any user of account \(rule.accountText) may.") }
            return (false, roles, "users of account \(rule.accountText) with one of these roles may: \(roles.joined(separator: ", ")).")
        }
    }

    private static func words(_ effect: Explanation.Effect) -> String {
        switch effect {
        case .allows: "allows it"
        case .otherMethod: "another method"
        case .excepted(let rule): "taken back by \(rule)"
        }
    }
}

/// What is in a user's way, and what to do about it.
enum ForecastWords {
    static func sentences(_ forecast: CallForecast, _ explanation: Explanation) -> [String] {
        let name = forecast.user.username.text
        if forecast.passes { return ["\(name) would pass."] }
        return ["\(name) would be refused: \(forecast.word)."] + forecast.standing.map { obstacle in sentence(obstacle, name) }
            + path(forecast, explanation, name)
    }

    private static func sentence(_ obstacle: CallForecast.Obstacle, _ name: String) -> String {
        switch obstacle {
        case .notVerified: "The user has not verified mailbox and phone yet: latchkey user show \(name)"
        case .noPassword: "The user has no password that works: latchkey user send-reset \(name)"
        case .deactivated: "The user is deactivated: latchkey user activate \(name)"
        case .noAPIAccess: "The user does not have the API access method: latchkey user set-access \(name) --api (name what they keep, too)"
        }
    }

    private static func path(_ forecast: CallForecast, _ explanation: Explanation, _ name: String) -> [String] {
        switch forecast.verdict {
        case .pass: return []
        case .noSuchRoute:
            let methods = explanation.methods.map(\.rawValue).joined(separator: ", ")
            return [methods.isEmpty ? "No rule of the catalogue speaks of the path." : "The catalogue allows there: \(methods)."]
        case .accountNotGranted:
            guard let account = forecast.account else { return ["What stands in the place of the account id is no account id."] }
            guard forecast.accountExists else {
                return ["There is no account \(account); the gate answers as if there were one that is not the user's."]
            }
            return ["Account \(account) is not among the user's accounts: latchkey user grant \(name) --account \(account)"]
        case .roleMissing(let roles):
            let account = forecast.account.map { account in "\(account)" } ?? "?"
            return roles.map { help in
                help.isEntitled
                    ? "This role would do: latchkey user grant \(name) --role \(account):\(help.role)"
                    : "This role would do, but the account's contract does not have it: latchkey account entitle \(account) --contract \(help.role)"
            }
        }
    }
}
