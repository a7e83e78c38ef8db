import ArgumentParser
import Assembly
import Domain
import Operations
import Ports
import Secrets

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "API passwords: list, rotate, end, stop.",
        subcommands: [
            CredentialList.self, CredentialShow.self, CredentialRotate.self, CredentialEnd.self, CredentialExtend.self, CredentialStop.self,
            CredentialRemind.self,
        ])
}

/// One password for programs that read JSON. Never the password.
private struct PasswordJSON: Encodable {
    struct Use: Encodable {
        let address: String
        let lastUsedAt: String
        let calls: Int
    }

    let label: String
    let fingerprint: String
    let madeAt: String
    let endsAt: String?
    let usedFrom: [Use]

    init(_ label: String, _ kept: KeptPassword) {
        self.label = label
        fingerprint = kept.fingerprint
        madeAt = kept.credential.madeAt.iso8601
        endsAt = kept.credential.endsAt?.iso8601
        usedFrom = kept.uses.map { Use(address: $0.address, lastUsedAt: $0.at.iso8601, calls: $0.calls) }
    }

    static func all(_ detail: CredentialDetail) -> [PasswordJSON] {
        [detail.current.map { PasswordJSON("current", $0) }, detail.previous.map { PasswordJSON("previous", $0) }].compactMap { $0 }
    }
}

private struct CredentialJSON: Encodable {
    let username: String
    let passwords: [PasswordJSON]
    let mayExtend: Bool
    let rotationDueAt: String?
    var password: String?

    init(_ detail: CredentialDetail, password: String? = nil) {
        username = detail.user.username.text
        passwords = PasswordJSON.all(detail)
        mayExtend = detail.mayExtend
        rotationDueAt = detail.dueAt?.iso8601
        self.password = password
    }
}

private enum CredentialText {
    static func state(_ detail: CredentialDetail) -> String {
        guard detail.current != nil else { return "none" }
        return detail.previous?.credential.endsAt.map { "2 live, old ends \($0.sentence)" } ?? "1 live"
    }

    static func lastUse(_ kept: KeptPassword) -> String { kept.lastUsed.map { "\($0.at.sentence) from \($0.address)" } ?? "never" }

    static func show(_ detail: CredentialDetail) {
        Console.say("\(detail.user.username.text): \(state(detail))")
        let rows = [("current", detail.current), ("previous", detail.previous)].compactMap { label, kept in
            kept.map { [label, "…\($0.fingerprint)", $0.credential.madeAt.sentence, $0.credential.endsAt?.sentence ?? "no end", lastUse($0)] }
        }
        if !rows.isEmpty { Console.table([["PASSWORD", "FINGERPRINT", "MADE", "ENDS", "LAST USED"]] + rows) }
        for use in detail.previous?.uses ?? [] {
            Console.say("old password: \(use.calls) calls from \(use.address) in the last day, last \(use.at.sentence)")
        }
        if let dueAt = detail.dueAt { Console.say("Due for rotation: \(dueAt.sentence)") }
    }

    static func report(_ detail: CredentialDetail, _ place: PlaceOptions) throws {
        if place.json { try Console.json(CredentialJSON(detail)) } else { show(detail) }
    }
}

struct CredentialList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List users whose programs may call the API.",
        discussion: """
            EXAMPLES
              latchkey credential list --filter rotating
              latchkey credential list --json --page 2
            """)

    @OptionGroup var place: PlaceOptions
    @Option(help: "unused (90 days), rotating, expiring or never (used).") var filter: String?
    @Option(help: "Page, from 1, of 50 users.") var page = 1

    private struct Listed: Encodable {
        let total: Int
        let credentials: [CredentialJSON]
    }

    func validate() throws {
        if let filter, CredentialQuery.Filter(rawValue: filter) == nil { throw ValidationError("There is no filter \"\(filter)\".") }
    }

    func run() async throws {
        try await Console.run(place) { installation in
            let found = try await ShowCredentials(installation.instruments).list(
                as: installation.atTheConsole().keeper, filter: filter.flatMap { CredentialQuery.Filter(rawValue: $0) }, page: page)
            if place.json { return try Console.json(Listed(total: found.total.number, credentials: found.rows.map { CredentialJSON($0.detail) })) }
            Console.table(
                [["USERNAME", "PASSWORD", "FINGERPRINT", "LAST USED", "CALLS, 30 DAYS"]]
                    + found.rows.map { row in
                        [
                            row.user.username.text, CredentialText.state(row.detail), row.detail.current.map { "…\($0.fingerprint)" } ?? "",
                            row.detail.current.map(CredentialText.lastUse) ?? "", String(row.calls.reduce(0, +)),
                        ]
                    })
            if found.total.number > found.rows.count { Console.say("\(found.rows.count) of \(found.total.number)") }
        }
    }
}

struct CredentialShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a user's live passwords and who uses them.",
        discussion: """
            EXAMPLES
              latchkey credential show billing-bot
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String

    func run() async throws {
        try await Console.run(place) { installation in
            try CredentialText.report(
                await ShowCredentials(installation.instruments).one(as: installation.atTheConsole().keeper, username), place)
        }
    }
}

struct CredentialRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Make a new password; the old one goes on working for a while.",
        discussion: """
            The new password is printed once, on standard output, alone. What else there is to say goes to standard error.

            EXAMPLES
              latchkey credential rotate billing-bot > new-password
              latchkey credential rotate billing-bot --grace 15m
              read -rs NEW && printf %s "$NEW" | latchkey credential rotate billing-bot --password-stdin --grace 0
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @Option(help: "How long the old password goes on working: 0 to 24h, such as 0, 90s, 15m, 6h.") var grace = "24h"
    @Flag(help: "Read the new password from standard input, one line.") var passwordStdin = false

    func validate() throws {
        guard Grace.parse(grace) != nil else { throw ValidationError("--grace: 0 to 24 hours, such as 0, 90s, 15m, 6h or 24h.") }
    }

    func run() async throws {
        try await Console.run(place) { installation in
            let grace = Grace.parse(grace) ?? .zero
            let choice: NewPassword = passwordStdin ? .typed(try StandardInput.secret()) : .generated
            let rotated = try await RotatePassword(installation.instruments)(
                as: installation.atTheConsole().keeper, username, grace: grace, choice)
            let password = rotated.generated?.reveal()
            if place.json { return try Console.json(CredentialJSON(rotated.detail, password: password)) }
            if let password { Console.say(password) }
            let ends = rotated.detail.previous?.credential.endsAt
            Console.remark(ends.map { "The old password works until \($0.sentence)." } ?? "The old password no longer works.")
        }
    }
}

/// `0`, `90s`, `15m`, `6h`.
enum Grace {
    static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        guard let last = text.last, let unit = units[last], text.utf8.count <= 6, let count = Int64(text.dropLast()), count >= 0 else { return nil }
        let span = Duration.seconds(count * unit)
        return span <= LivePasswords.longestGrace ? span : nil
    }
}

struct CredentialEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End the old password now; only the current one works after it.",
        discussion: """
            EXAMPLES
              latchkey credential end billing-bot
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String

    func run() async throws {
        try await Console.run(place) { installation in
            try CredentialText.report(
                await EndPasswords(installation.instruments).endOld(as: installation.atTheConsole().keeper, username), place)
        }
    }
}

struct CredentialExtend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend", abstract: "Let the old password work 24 hours longer. Possible once.",
        discussion: """
            EXAMPLES
              latchkey credential extend billing-bot
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String

    func run() async throws {
        try await Console.run(place) { installation in
            try CredentialText.report(
                await EndPasswords(installation.instruments).extendOld(as: installation.atTheConsole().keeper, username), place)
        }
    }
}

struct CredentialStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "After a leak: end every password and take the API access method away.",
        discussion: """
            A user without the dashboard access method is deactivated. Sessions and links end too.

            EXAMPLES
              latchkey credential stop billing-bot --confirm billing-bot
            """)

    private struct Stopped: Encodable {
        let username: String
        let state: String
    }

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @Option(help: "The username again.") var confirm: String

    func run() async throws {
        try await Console.run(place) { installation in
            let user = try await EndPasswords(installation.instruments).stopEverything(
                as: installation.atTheConsole().asAdmin, username, typed: confirm)
            let state = user.state.isDeactivated ? "deactivated" : "no API access"
            if place.json { return try Console.json(Stopped(username: user.username.text, state: state)) }
            Console.say("\(user.username.text): every password ended; \(state).")
        }
    }
}

struct CredentialRemind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remind", abstract: "After how many days an account's API users are reminded to rotate.",
        discussion: """
            Nothing stops by itself: mail goes out 14 days, 3 days and 1 day before a password is that old.

            EXAMPLES
              latchkey credential remind 920012 --days 90
              latchkey credential remind 920012 --never
            """)

    private struct Set: Encodable {
        let account: String
        let days: Int64?
    }

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The account id.") var account: String
    @Option(help: "1 to 3650.") var days: Int64?
    @Flag(help: "No reminders.") var never = false

    func validate() throws {
        guard (days == nil) == never else { throw ValidationError("Choose one of --days and --never.") }
    }

    func run() async throws {
        try await Console.run(place) { installation in
            guard let id = Identifier<Account>(canonical: account) else { throw Refusal.noSuchAccount }
            try await ReminderPolicy(installation.instruments).set(as: installation.atTheConsole(), id, days: days)
            if place.json { return try Console.json(Set(account: account, days: days)) }
            Console.say(days.map { "Reminders in account \(account) from \($0) days on." } ?? "No reminders in account \(account).")
        }
    }
}
