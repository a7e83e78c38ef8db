import ArgumentParser
import Assembly
import Foundation
import Logging

/// Where the installation is.
struct PlaceOptions: ParsableArguments {
    @Option(name: .long, help: "The data directory.")
    var data: String?

    @Option(name: .long, help: "A configuration file (YAML); LATCHKEY_CONFIG names one too.")
    var config: String?

    @Flag(name: .long, help: "Print JSON on one line.")
    var json = false

    func configuration(_ more: [ConfigurationKey: String] = [:], usualName: String = "latchkey") throws(StartFault) -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        var flags = more
        if let data { flags[.data] = data }
        do {
            return try Configuration(
                flags: flags, environment: environment, file: config, usualData: DataDirectory.usual(environment, name: usualName))
        } catch { throw .configuration(error) }
    }

    /// The installation, beside a server that may be running. Only faults are logged.
    func installation() throws(StartFault) -> Installation {
        let configuration = try configuration()
        return try Installation(
            configuration, making: false,
            logger: Logs.logger(level: .error, format: configuration.logFormat, clock: SystemClock()))
    }
}

/// Where a server listens.
struct ListenOptions: ParsableArguments {
    @Option(name: .long, help: "Port of the dashboard; 0 picks a free one.")
    var dashboardPort: Int?

    @Option(name: .long, help: "Port of the reverse proxy; 0 picks a free one.")
    var proxyPort: Int?

    @Option(name: .long, help: "Port of the gate for nginx and Caddy; 0 picks a free one.")
    var gatePort: Int?

    @Option(name: .long, help: "What links begin with, such as https://id.example.com.")
    var publicURL: String?

    @Option(name: .long, help: "The API behind the reverse proxy, such as http://127.0.0.1:8080.")
    var upstream: String?

    @Option(name: .long, help: "A role catalogue (YAML) in place of the one that ships.")
    var catalogue: String?

    @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Option(name: .long, help: "json, text, or automatic: text on a terminal.")
    var logFormat: String?

    var flags: [ConfigurationKey: String] {
        var flags: [ConfigurationKey: String] = [:]
        flags[.dashboardPort] = dashboardPort.map(String.init)
        flags[.proxyPort] = proxyPort.map(String.init)
        flags[.gatePort] = gatePort.map(String.init)
        flags[.publicURL] = publicURL
        flags[.upstreamURL] = upstream
        flags[.catalogue] = catalogue
        flags[.logLevel] = logLevel
        flags[.logFormat] = logFormat
        return flags
    }
}
