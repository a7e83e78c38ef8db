import ArgumentParser
import Assembly
import Catalogue
import Foundation

struct CatalogueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue", abstract: "Check a role catalogue; explain what opens a path.",
        subcommands: [CatalogueCheck.self, CatalogueExplain.self])
}

/// Reading a catalogue for people.
private enum CatalogueFile {
    static func read(_ path: String?) throws -> RoleCatalogue {
        guard let path else { return try RoleCatalogue.shipped() }
        do {
            return try RoleCatalogue(yaml: String(contentsOfFile: path, encoding: .utf8))
        } catch let faults as CatalogueFaults {
            throw faults
        } catch {
            Console.complain("\(path) cannot be read.")
            throw Exit.cannotStart
        }
    }
}

private struct CatalogueJSON: Encodable {
    struct Line: Encodable {
        let line: Int
        let column: Int
        let sentence: String
    }

    let roles: Int
    let faults: [Line]
    let warnings: [Line]
}

struct CatalogueCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every fault and warning of a catalogue, with line and column.",
        discussion: """
            EXAMPLES
              latchkey catalogue check roles.yaml
            """)

    @Argument(help: "The file; the catalogue that ships, if left out.") var file: String?
    @Flag(help: "Print JSON on one line.") var json = false

    func run() async throws {
        do {
            let catalogue = try CatalogueFile.read(file)
            let warnings = catalogue.warnings
            if json {
                let lines = warnings.map { CatalogueJSON.Line(line: $0.position.line, column: $0.position.column, sentence: $0.sentence) }
                return try Console.json(CatalogueJSON(roles: catalogue.roles.count, faults: [], warnings: lines))
            }
            for warning in warnings { Console.say(Console.safe("warning \(warning)")) }
            Console.say("\(catalogue.roles.count) roles, no faults, \(warnings.count) warnings.")
        } catch let faults as CatalogueFaults {
            if json {
                let lines = faults.faults.map { CatalogueJSON.Line(line: $0.position.line, column: $0.position.column, sentence: $0.sentence) }
                try Console.json(CatalogueJSON(roles: 0, faults: lines, warnings: []))
            } else {
                for fault in faults.faults { Console.say(Console.safe(fault.description)) }
            }
            throw Exit.refused
        }
    }
}

struct CatalogueExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say which roles open a method and path, and why.",
        discussion: """
            EXAMPLES
              latchkey catalogue explain POST /api/accounts/920012/orders
            """)

    @Argument(help: "GET, POST, …") var method: String
    @Argument(help: "The path, as a program would send it.") var path: String
    @Option(name: .customLong("catalogue"), help: "A file; the catalogue that ships, if left out.") var file: String?
    @Flag(help: "Print JSON on one line.") var json = false

    private struct Explained: Encodable {
        let method: String
        let path: String
        let open: Bool
        let roles: [String]
        let rules: [String]
    }

    func run() async throws {
        guard let method = Method(parsing: method) else { throw ValidationError("\"\(method)\" is not a method: write it in capital letters.") }
        let canonical: CanonicalPath
        do { canonical = try CanonicalPath(parsing: path) } catch {
            Console.complain("The gate refuses this path: \(error.sentence)")
            throw Exit.refused
        }
        let catalogue: CompiledCatalogue
        do { catalogue = CompiledCatalogue(try CatalogueFile.read(file)) } catch let faults as CatalogueFaults {
            Console.complain(faults.description)
            throw Exit.refused
        }
        try print(catalogue.explain(method, canonical), catalogue)
    }

    private func print(_ explanation: Explanation, _ catalogue: CompiledCatalogue) throws {
        let answer = Self.answer(explanation, catalogue)
        if json {
            try Console.json(
                Explained(
                    method: explanation.method.rawValue, path: explanation.path.text, open: answer.open, roles: answer.roles,
                    rules: explanation.entries.map(\.rule.description)))
        } else {
            Console.say("\(explanation.method) \(explanation.path): \(answer.sentence)")
            Console.table(
                explanation.entries.map { ["  \($0.rule.position)", $0.role?.rawValue ?? "any user", "\($0.rule)", Self.words($0.effect)] })
        }
        if case .noRule = explanation.match { throw Exit.notFound }
    }

    private static func answer(_ explanation: Explanation, _ catalogue: CompiledCatalogue) -> (open: Bool, roles: [String], sentence: String) {
        switch explanation.match {
        case .noRule:
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
