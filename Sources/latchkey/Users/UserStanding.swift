import ArgumentParser
import Assembly
import Domain
import Operations
import Ports

struct UserShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one user.",
        discussion: """
            EXAMPLES
              latchkey user show jane.doe
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String

    func run() async throws {
        try await Console.run(place) { installation in
            let detail = try await ShowUsers(installation.instruments).one(as: installation.atTheConsole().asAdmin, username)
            let user = detail.user
            if place.json { return try Console.json(UserJSON(user, detail.status)) }
            Console.table([
                ["Username", user.username.text], ["Name", user.name.full], ["Email", user.email.text], ["Work phone", user.phone.grouped],
                ["Level", user.level.rawValue], ["Access", user.access.words], ["Status", detail.status.rawValue],
                ["Added by", detail.addedBy ?? "the command line or setup"], ["Added", user.createdAt.sentence],
                ["Last active", detail.lastActiveAt?.sentence ?? "never"],
                ["Last letter", detail.newestLetter.map { "\($0.kind.rawValue), \(LetterWords.state($0.state))" } ?? "none"],
            ])
            for (account, roles) in user.grants.sorted(by: { $0.key < $1.key }) {
                Console.say("Account \(account): \(roles.isEmpty ? "no roles" : roles.sorted().joined(separator: ", "))")
            }
        }
    }
}

/// A command that does one thing to one user.
protocol StandingCommand: AsyncParsableCommand {
    var place: PlaceOptions { get }
    var username: String { get }
    static var done: String { get }
    func act(_ standing: ChangeStanding, _ admin: AdminCaller) async throws(Refusal) -> User
}

private struct Standing: Encodable {
    let username: String
    let state: String
}

extension StandingCommand {
    func run() async throws {
        try await Console.run(place) { installation in
            let user = try await act(ChangeStanding(installation.instruments), installation.atTheConsole().asAdmin)
            if place.json {
                try Console.json(
                    Standing(username: user.username.text, state: user.state.isDeactivated ? "deactivated" : user.state.progress.rawValue))
            } else {
                Console.say("\(user.username.text): \(Self.done).")
            }
        }
    }
}

struct UserDeactivate: StandingCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Switch a user off: sessions and links end, API calls are refused.",
        discussion: """
            EXAMPLES
              latchkey user deactivate jane.doe
              latchkey user deactivate jane.doe --reason "left the company"
            """)
    static let done = "deactivated"

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @Option(help: "Why, for whoever asks later: stands on the user's page and in the audit log.") var reason = ""

    func act(_ standing: ChangeStanding, _ admin: AdminCaller) async throws(Refusal) -> User {
        try await standing.deactivate(as: admin, username, reason: reason)
    }
}

struct UserActivate: StandingCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Switch a user on again.",
        discussion: """
            EXAMPLES
              latchkey user activate jane.doe
            """)
    static let done = "active again"

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String

    func act(_ standing: ChangeStanding, _ admin: AdminCaller) async throws(Refusal) -> User {
        try await standing.activate(as: admin, username)
    }
}

struct UserUnlock: StandingCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "End the waits at the sign-in page.",
        discussion: """
            EXAMPLES
              latchkey user unlock jane.doe
            """)
    static let done = "unlocked"

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String

    func act(_ standing: ChangeStanding, _ admin: AdminCaller) async throws(Refusal) -> User {
        try await standing.unlock(as: admin, username)
    }
}
