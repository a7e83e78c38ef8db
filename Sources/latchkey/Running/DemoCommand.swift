import ArgumentParser
import Assembly
import Logging

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a filled example: sign-ins, an API behind the reverse proxy, a ready curl command.",
        discussion: """
            EXAMPLES
              latchkey demo
              latchkey demo --users 10000 --events 100000
              latchkey demo --data /tmp/demo --dashboard-port 0 --proxy-port 0 --gate-port 0 --json
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var listen: ListenOptions

    @Option(name: .long, help: "Add so many users, load-0000000 and on, with the password of the demo's API user.")
    var users: Int = 0

    @Option(name: .long, help: "Fill the audit trail up to so many events.")
    var events: Int = 0

    func validate() throws {
        guard (0...5_000_000).contains(users), (0...5_000_000).contains(events) else {
            throw ValidationError("--users and --events take a number from 0 to 5000000.")
        }
    }

    func run() async throws {
        try await Console.run {
            var flags = listen.flags
            // A line for each request would bury the sign-in.
            if flags[.logLevel] == nil { flags[.logLevel] = "warning" }
            let configuration = try place.configuration(flags, usualName: "latchkey-demo")
            let demo = try await Demo(configuration, size: DemoSize(users: users, events: events), logger: Start.logger(configuration))
            try await demo.run(watchesSignals: true) { facts in
                if place.json {
                    do { try Console.json(DemoJSON(facts)) } catch { Console.complain("The demo's facts could not be printed.") }
                } else {
                    announce(facts, configuration)
                }
            }
        }
    }

    private func announce(_ facts: Demo.Facts, _ configuration: Configuration) {
        let user = "-u '\(facts.apiUser.username):\(facts.apiUser.password)'"
        let trust = facts.addresses.caFile.map { "--cacert '\($0)' " } ?? ""
        let data = configuration.data.path
        Console.say("Latchkey \(Version.text), a demo: nothing here is real.")
        Console.table([
            ["  Dashboard", facts.addresses.dashboard],
            ["  Sign in", "\(facts.operator.username)   \(facts.operator.password)   operator"],
            ["", "\(facts.admin.username)        \(facts.admin.password)   account admin"],
            ["", "\(facts.basic.username)        \(facts.basic.password)   basic user"],
            [
                "  Mail",
                facts.isMailHeld
                    ? "held: \(facts.addresses.dashboard)/account/mail, or: latchkey mail list --data '\(data)'" : "leaves by the mail server",
            ],
            ["  Passes", "curl \(trust)\(user) \(facts.addresses.proxy)\(facts.allowed.path)"],
            ["  Refused", "curl \(trust)\(user) \(facts.addresses.proxy)\(facts.refused.path)"],
            ["  Gate", facts.addresses.gate],
            ["  Data", "\(data)   (delete it to start afresh)"],
        ])
    }
}

/// The demo on one line, for programs.
private struct DemoJSON: Encodable {
    struct SignIn: Encodable {
        let username: String
        let password: String

        init(_ signIn: Demo.Facts.SignIn) { (username, password) = (signIn.username, signIn.password) }
    }

    struct Call: Encodable {
        let method: String
        let path: String

        init(_ call: Demo.Facts.Call) { (method, path) = (call.method, call.path) }
    }

    let dashboardUrl: String
    let proxyUrl: String
    let gateUrl: String
    let caFile: String?
    let accounts: [String]
    let `operator`: SignIn
    let admin: SignIn
    let basic: SignIn
    let apiUser: SignIn
    let allowed: Call
    let refused: Call
    let mail: String
    let crowd: SignIn?

    init(_ facts: Demo.Facts) {
        dashboardUrl = facts.addresses.dashboard
        proxyUrl = facts.addresses.proxy
        gateUrl = facts.addresses.gate
        caFile = facts.addresses.caFile
        accounts = facts.accounts
        `operator` = SignIn(facts.operator)
        admin = SignIn(facts.admin)
        basic = SignIn(facts.basic)
        apiUser = SignIn(facts.apiUser)
        allowed = Call(facts.allowed)
        refused = Call(facts.refused)
        crowd = facts.crowd.map { SignIn($0) }
        mail = facts.isMailHeld ? "held" : "sent"
    }
}
