// swift-tools-version:6.2
import PackageDescription

/// One list for every target of ours: what the compiler is asked to be strict about.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// Products of other packages, by the name the targets below use.
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTPTypesHTTP2: Target.Dependency = .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras")
let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A target of ours: its arrows, strict settings.
func module(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil, plugins: [Target.PluginUsage]? = nil,
    exclude: [String] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict, plugins: plugins)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "latchkey",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "latchkey", targets: ["latchkey"]),
        // For the measurements in Benchmarks/ only; no promise about what is in it.
        .library(
            name: "LatchkeyModules",
            targets: ["Domain", "Measures", "Secrets", "Catalogue", "Ports", "Gate", "Operations", "Store", "HTTPSupport", "GateHTTP", "TestKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Libraries of the system, found by pkg-config, installed by apt.
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Keeps the memory of Argon2 from one hash to the next.
        .target(name: "CHashingMemory"),

        // Texts (templates, style sheet, lists) become string literals, so that the binary is one file.
        .executableTarget(name: "EmbedTexts", swiftSettings: strict),
        .plugin(name: "EmbedTextsPlugin", capability: .buildTool(), dependencies: ["EmbedTexts"]),

        // The bottom: words and rules, secrets, the role catalogue.
        module("Domain", []),
        module("Measures", []),
        module("Secrets", ["CHashingMemory", "CSodium", "Measures"]),
        module("Catalogue", ["Domain", yams], plugins: ["EmbedTextsPlugin"], exclude: ["Texts"]),
        module("Ports", ["Domain", "Secrets", "Catalogue"]),

        // What is done, and what is decided.
        module("Gate", ["Domain", "Secrets", "Catalogue", "Ports", "Measures"]),
        module("Operations", ["Domain", "Secrets", "Catalogue", "Ports", "Gate", "Measures"], plugins: ["EmbedTextsPlugin"], exclude: ["Texts"]),

        // Adapters.
        module("Store", ["Domain", "Secrets", "Catalogue", "Ports", "Measures", grdb]),
        module("Mail", ["Domain", "Secrets", "Ports", "CCurl", logging, lifecycle]),

        // Faces.
        module(
            "HTTPSupport",
            [
                "Domain", "Secrets", "Catalogue", "Ports", "Gate", "Operations", httpTypes, hummingbird, hummingbirdCore, hummingbirdTLS, logging,
                nioCore, nioPosix, nioHTTP1, nioHTTP2, nioSSL, nioHTTPTypes, nioHTTPTypesHTTP1, nioHTTPTypesHTTP2,
                lifecycle,
            ]),
        module(
            "Dashboard",
            [
                "Domain", "Secrets", "Catalogue", "Ports", "Gate", "Operations", "HTTPSupport", "CZlib", hummingbird, httpTypes, mustache, logging,
                nioCore,
            ],
            plugins: ["EmbedTextsPlugin"], exclude: ["Texts"]),
        module(
            "AccountAPI",
            ["Domain", "Secrets", "Catalogue", "Ports", "Operations", "Gate", "HTTPSupport", hummingbird, httpTypes, nioCore, logging]),
        module(
            "AdminAPI",
            ["Domain", "Secrets", "Catalogue", "Ports", "Gate", "Operations", "HTTPSupport", hummingbird, httpTypes, nioCore]),
        module(
            "GateHTTP",
            [
                "Domain", "Measures", "Secrets", "Catalogue", "Ports", "Operations", "Gate", "HTTPSupport", crypto, hummingbird, httpTypes,
                asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL, logging,
            ]),

        // Everything together.
        module(
            "Assembly",
            [
                "CHashingMemory", "Domain", "Measures", "Secrets", "Catalogue", "Ports", "Gate", "Operations", "Store", "Mail", "HTTPSupport",
                "Dashboard", "AccountAPI", "AdminAPI", "GateHTTP", configuration, yams, crypto, x509, swiftASN1, hummingbird, httpTypes,
                lifecycle, logging, nioCore, nioPosix, nioSSL, asyncHTTPClient,
            ]),
        .executableTarget(
            name: "latchkey",
            dependencies: [
                "Domain", "Secrets", "Catalogue", "Ports", "Gate", "Operations", "Assembly", "Mail", argumentParser, logging, lifecycle,
            ],
            swiftSettings: strict),

        module("TestKit", ["Domain", "Secrets", "Catalogue", "Ports", "Gate", "Operations", "Store", logging]),
        tests("DomainTests", ["Domain"]),
        tests("MeasuresTests", ["Measures"]),
        tests("SecretsTests", ["Secrets"]),
        tests("CatalogueTests", ["Catalogue", "Domain"]),
        tests("ParserTests", ["HTTPSupport", "Catalogue", "Gate", "Secrets", httpTypes, nioCore, nioEmbedded, nioHTTP1]),
        tests("GateTests", ["Gate", "Domain", "Measures", "Secrets", "Catalogue", "Ports", "TestKit"]),
        tests("OperationsTests", ["Operations", "Domain", "Measures", "Secrets", "Catalogue", "Ports", "Gate", "Store", "TestKit"]),
        tests("StoreTests", ["Store", "Domain", "Secrets", "Catalogue", "Ports", "TestKit", grdb]),
        tests("MailTests", ["Mail", "Domain", "Secrets", "Ports", "TestKit", logging]),
        tests(
            "HTTPSupportTests",
            [
                "HTTPSupport", "Domain", "Secrets", "Catalogue", "Operations", "TestKit", hummingbird, hummingbirdTesting, httpTypes, nioCore,
                nioEmbedded,
                logging,
            ]),
        tests(
            "DashboardTests",
            ["Dashboard", "Domain", "Secrets", "Catalogue", "Ports", "Gate", "Operations", "HTTPSupport", hummingbird, mustache, logging]),
        tests(
            "AssemblyTests",
            [
                "Assembly", "Domain", "Measures", "Secrets", "Catalogue", "Ports", "Operations", "Gate", "Store", "TestKit", "GateHTTP",
                "HTTPSupport", "AccountAPI", "AdminAPI", hummingbird, asyncHTTPClient, httpTypes,
                nioCore, logging,
            ]),
    ]
)
