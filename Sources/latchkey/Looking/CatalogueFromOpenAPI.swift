import ArgumentParser
import Assembly
import Catalogue
import Foundation

struct CatalogueFromOpenAPI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from-openapi", abstract: "Make a role catalogue from an OpenAPI document: a role for each tag.",
        discussion: """
            Reads OpenAPI 3.0 to 3.2 and Swagger 2.0, YAML or JSON. Operations without a tag go by the first plain segment behind the \
            account id. What no rule can speak of is left out and named, with the reason, in comments of the result: nobody may call it. \
            The result is a draft: a tag says what belongs together, not who may do it.

            EXAMPLES
              latchkey catalogue from-openapi openapi.yaml --output roles.yaml
              latchkey catalogue from-openapi openapi.json --split --account-parameter tenantId
              latchkey catalogue from-openapi openapi.json --prefix /accounts/{accountId} --tag Orders --tag Invoices
            """)

    @Argument(help: "The document, at most 32 MiB.") var file: String
    @Option(help: "Where to write the catalogue; standard output, if left out. A file that is there already is kept.") var output: String?
    @Flag(help: "Two roles for each tag: view (GET, HEAD) and update.") var split = false
    @Option(help: "The path parameter that is the account id; guessed, if left out.") var accountParameter: String?
    @Option(help: "What stands in front of each path, such as /accounts/{accountId} for an API whose paths name no account.") var prefix = ""
    @Option(help: "In the place of the servers' paths, such as /v2; / for none.") var basePath: String?
    @Option(name: .customLong("tag"), help: "Only this tag; repeat for more.") var tags: [String] = []
    @Flag(help: "Print JSON on one line about what was made; needs --output.") var json = false

    private struct Made: Encodable {
        let roles: Int
        let rules: Int
        let operations: Int
        let leftOut: Int
        let wider: Int
        let accountParameter: String
        let accountParameterIsDoubtful: Bool
        let output: String
    }

    func validate() throws {
        if json, output == nil { throw ValidationError("--json needs --output: standard output cannot hold both.") }
    }

    func run() async throws {
        var options = OpenAPIConversion.Options()
        options.accountParameter = accountParameter
        options.splits = split
        options.prefix = prefix
        options.basePath = basePath
        options.tags = tags
        let made: OpenAPIConversion
        do { made = try OpenAPIConversion(Array(try document()), options) } catch let fault as OpenAPIFault {
            Console.complain("\(file): \(fault.sentence)")
            throw Exit.refused
        }
        guard let output else {
            Console.write(made.yaml)
            return note(made)
        }
        do { try Data(made.yaml.utf8).write(to: URL(fileURLWithPath: output), options: .withoutOverwriting) } catch {
            Console.complain("\(output) cannot be written, or is there already: choose another name or move it away.")
            throw Exit.cannotStart
        }
        let rules = made.catalogue.roles.reduce(0) { count, role in count + role.allow.count }
        guard json else {
            Console.say("\(output): \(made.catalogue.roles.count) roles with \(rules) rules from \(made.operations) operations.")
            return note(made)
        }
        try Console.json(
            Made(
                roles: made.catalogue.roles.count, rules: rules, operations: made.operations, leftOut: made.leftOut, wider: made.wider,
                accountParameter: made.accountParameter, accountParameterIsDoubtful: made.isAccountDoubtful, output: output))
    }

    /// What somebody should look at, beside the result and not in it.
    private func note(_ made: OpenAPIConversion) {
        if made.isAccountDoubtful {
            Console.complain("{\(made.accountParameter)} is taken to be the account id. Name another one with --account-parameter.")
        }
        if made.leftOut > 0 { Console.complain("\(made.leftOut) operations or paths were left out: the comments in the catalogue say why.") }
        if made.wider > 0 { Console.complain("\(made.wider) rules allow more than the document does: see the comments.") }
    }

    private func document() throws -> Data {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            Console.complain("\(file) cannot be read.")
            throw Exit.cannotStart
        }
        defer { handle.closeFile() }
        do { return try handle.read(upToCount: OpenAPIFault.largestDocument + 1) ?? Data() } catch {
            Console.complain("\(file) cannot be read.")
            throw Exit.cannotStart
        }
    }
}
