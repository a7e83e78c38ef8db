import ArgumentParser
import Assembly
import Domain
import Foundation
import Logging
import Mail
import Operations
import Secrets

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run Latchkey.",
        discussion: """
            Needs no configuration: it makes a data directory with a database, an instance key and a self-signed certificate, and prints a \
            setup link that works once. Flags win over LATCHKEY_* environment variables, and those over the file of --config.

            EXAMPLES
              latchkey serve
              latchkey serve --data /var/lib/latchkey --public-url https://id.example.com --upstream http://127.0.0.1:8080
              LATCHKEY_SMTP_HOST=mail.example.com LATCHKEY_SMTP_FROM=latchkey@example.com latchkey serve

            CONFIGURATION KEYS, as the file (a.b: is b: below a:) and the environment name them
            \(ConfigurationKey.allCases.map { "  \($0.rawValue)  \($0.environmentName)" }.joined(separator: "\n"))
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var listen: ListenOptions

    /// What `--json` prints.
    private struct Started: Encodable {
        let dashboardUrl: String
        let proxyUrl: String
        let gateUrl: String
        let caFile: String?
        let setupUrl: String?
    }

    func run() async throws {
        try await Console.run {
            let configuration = try place.configuration(listen.flags)
            let logger = Start.logger(configuration)
            let application = try Application(configuration, logger: logger)
            let setup = try await SetUp(application.instruments).issueLink(application.installation.circumstances())
            try await application.run(watchesSignals: true) { addresses in
                announce(addresses, setup: setup.map { "\(addresses.dashboard)/setup/\($0.text)" }, configuration)
            }
        }
    }

    private func announce(_ addresses: Addresses, setup: String?, _ configuration: Configuration) {
        guard !place.json else {
            let started = Started(
                dashboardUrl: addresses.dashboard, proxyUrl: addresses.proxy, gateUrl: addresses.gate, caFile: addresses.caFile, setupUrl: setup)
            do { try Console.json(started) } catch { Console.complain("The addresses could not be printed.") }
            return
        }
        let urls = configuration.upstreams.map(\.url)
        let upstreams = urls.isEmpty ? "nowhere: no upstream configured" : urls.joined(separator: ", ")
        var rows = [
            ["Dashboard", addresses.dashboard],
            ["Proxy", "\(addresses.proxy)  to \(upstreams)"],
            ["Gate", "\(addresses.gate)  for nginx and Caddy on this machine"], ["Data", configuration.data.path],
            ["Mail", configuration.mail.map { "by \($0.settings.host)" } ?? "held: read it in the dashboard or by latchkey mail list"],
        ]
        if let caFile = addresses.caFile { rows.append(["Trust", caFile]) }
        if let setup { rows += [["", ""], ["Set up", setup], ["", "Works once, for 24 hours: the first account and the first operator."]] }
        Console.say("Latchkey \(Version.text)")
        Console.table(rows.map { [" \($0[0])", $0[1]] })
    }
}

/// What both servers begin with.
enum Start {
    static func logger(_ configuration: Configuration) -> Logger {
        let logger = Logs.logger(level: configuration.logLevel, format: configuration.logFormat, clock: SystemClock())
        if !hardenProcess() { logger.warning("the system refused to keep this process's memory out of core files") }
        return logger
    }
}
