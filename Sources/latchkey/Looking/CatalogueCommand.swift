import ArgumentParser
import Assembly
import Catalogue
import Foundation

struct CatalogueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue", abstract: "Check a role catalogue, explain what opens a path, make one from an OpenAPI document.",
        subcommands: [CatalogueCheck.self, CatalogueExplain.self, CatalogueFromOpenAPI.self])
}

/// Reading a catalogue for people.
enum CatalogueFile {
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
            A fault makes the file unusable: `serve` does not start with it, and a running server keeps the catalogue it has. A warning \
            is about something that works and is probably not meant.

            EXAMPLES
              latchkey catalogue check roles.yaml
              latchkey catalogue check roles.yaml --strict

            EXIT CODES
              0  no faults
              1  faults; with --strict: faults or warnings
              2  the file cannot be read
            """)

    @Argument(help: "The file; the catalogue that ships, if left out.") var file: String?
    @Flag(help: "Print JSON on one line.") var json = false
    @Flag(help: "Warnings count as faults for the exit code.") var strict = false

    func run() async throws {
        do {
            let catalogue = try CatalogueFile.read(file)
            let warnings = catalogue.warnings
            if json {
                let lines = warnings.map { CatalogueJSON.Line(line: $0.position.line, column: $0.position.column, sentence: $0.sentence) }
                try Console.json(CatalogueJSON(roles: catalogue.roles.count, faults: [], warnings: lines))
            } else {
                for warning in warnings { Console.say(Console.safe("warning \(warning)")) }
                Console.say("\(catalogue.roles.count) roles, no faults, \(warnings.count) warnings.")
            }
            if strict, !warnings.isEmpty { throw Exit.refused }
        } catch let faults as CatalogueFaults {
            if json {
                let lines = faults.faults.map { CatalogueJSON.Line(line: $0.position.line, column: $0.position.column, sentence: $0.sentence) }
                try Console.json(CatalogueJSON(roles: 0, faults: lines, warnings: []))
            } else {
                for fault in faults.faults { Console.say(Console.safe(fault.description)) }
                let count = faults.faults.count
                Console.say("\(count) \(count == 1 ? "fault" : "faults"): the file cannot be used until it is mended. Nothing was changed.")
            }
            throw Exit.refused
        }
    }
}
