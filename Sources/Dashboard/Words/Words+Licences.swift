/// Other people's programs in this one. A test holds this against the packages that are resolved, their licence files, and the libraries of
/// the system in the package manifest.
extension Words {
    struct Licence: Hashable, Sendable {
        let name: String
        /// What is under it, by the names that packages and libraries give themselves.
        let programs: [String]
    }

    static let licences = [
        Licence(
            name: "Apache License 2.0",
            programs: [
                "async-http-client", "hummingbird", "swift-asn1", "swift-certificates", "swift-configuration", "swift-crypto",
                "swift-distributed-tracing", "swift-http-structured-headers", "swift-http-types", "swift-log", "swift-metrics", "swift-mustache",
                "swift-nio", "swift-nio-extras", "swift-nio-http2", "swift-nio-ssl", "swift-nio-transport-services", "swift-service-context",
                "swift-service-lifecycle",
            ]),
        Licence(
            name: "Apache License 2.0 with Runtime Library Exception",
            programs: [
                "Swift", "swift-algorithms", "swift-argument-parser", "swift-async-algorithms", "swift-atomics", "swift-collections",
                "swift-numerics", "swift-system",
            ]),
        Licence(name: "MIT licence", programs: ["GRDB.swift", "libxml2", "LibYAML", "llhttp", "Yams"]),
        Licence(name: "ISC licence", programs: ["libsodium"]),
        Licence(name: "curl licence", programs: ["libcurl"]),
        Licence(name: "zlib licence", programs: ["zlib"]),
        Licence(name: "OpenSSL and ISC licences", programs: ["BoringSSL"]),
        Licence(name: "Unicode licence", programs: ["ICU"]),
        Licence(name: "Public domain", programs: ["SQLite"]),
    ]
}
