import Foundation
import Testing

@testable import Dashboard

/// The list of licences is the truth: held against what is resolved, what the licence files say, and what the manifest links.
@Suite struct LicenceTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Resolved: Decodable {
        struct Pin: Decodable {
            let identity: String
            let location: String
        }
        let pins: [Pin]
    }

    private static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

    private static func licence(of program: String) -> String? {
        Words.licences.first { $0.programs.contains { $0.lowercased() == program.lowercased() } }?.name
    }

    @Test func `every package that is resolved is in the list, under the licence that its own file says`() throws {
        let pins = try JSONDecoder().decode(Resolved.self, from: Data(Self.text("Package.resolved").utf8)).pins
        #expect(pins.count > 20)
        for pin in pins {
            let licence = try #require(Self.licence(of: pin.identity), "\(pin.identity) has no licence in the list")
            let folder = URL(filePath: pin.location).deletingPathExtension().lastPathComponent
            let names = [folder, pin.location.split(separator: "/").last.map(String.init) ?? ""]
            let files = names.flatMap { [".build/checkouts/\($0)/LICENSE.txt", ".build/checkouts/\($0)/LICENSE"] }
            // Whoever keeps the checkouts elsewhere has the list compared by name only.
            guard let file = files.lazy.compactMap({ try? Self.text($0) }).first else { continue }
            let isApache = file.contains("Apache License")
            let isException = file.contains("Runtime Library Exception")
            let expected =
                isApache
                ? "Apache License 2.0" + (isException ? " with Runtime Library Exception" : "")
                : file.contains("Permission is hereby granted, free of charge") ? "MIT licence" : "unknown"
            #expect(licence == expected, "\(pin.identity)")
        }
    }

    @Test func `nothing is listed that is not there`() throws {
        let resolved = try Self.text("Package.resolved").lowercased()
        // Parts of packages, and libraries of the system, by where they are linked or kept.
        let others: Set = ["Swift", "libxml2", "LibYAML", "llhttp", "libsodium", "libcurl", "zlib", "BoringSSL", "ICU", "SQLite"]
        for program in Words.licences.flatMap(\.programs) where !others.contains(program) {
            #expect(resolved.contains("\"\(program.lowercased())\""), "\(program)")
        }
    }

    @Test func `every library of the system that the manifest links is in the list`() throws {
        let known = ["CSodium": "libsodium", "CCurl": "libcurl", "CZlib": "zlib"]
        let manifest = try Self.text("Package.swift")
        let linked = manifest.matches(of: /systemLibrary\(name: "(\w+)"/).map { String($0.1) }
        #expect(!linked.isEmpty)
        for library in linked {
            let name = try #require(known[library], "\(library) has no licence in the list")
            #expect(Self.licence(of: name) != nil, "\(name)")
        }
        #expect(Self.licence(of: "SQLite") == "Public domain")
    }

    @Test(arguments: [
        ("libsodium23", "ISC", "libsodium"), ("libcurl4", "curl", "libcurl"), ("zlib1g", "Zlib", "zlib"), ("libsqlite3-0", "public-domain", "SQLite"),
        ("libxml2", "MIT", "libxml2"),
    ])
    func `the system says the same of its libraries`(package: String, word: String, program: String) throws {
        // Only where the distribution keeps such a file.
        guard let file = try? String(contentsOf: URL(filePath: "/usr/share/doc/\(package)/copyright"), encoding: .utf8) else { return }
        #expect(file.contains("License: \(word)"), "\(package)")
        let listed = try #require(Self.licence(of: program)).lowercased().replacing(" ", with: "-")
        #expect(listed.contains(word.lowercased()), "\(program)")
    }
}
