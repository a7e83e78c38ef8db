import ArgumentParser
import Assembly
import Domain
import Foundation
import Operations
import Secrets

/// A command that changes what a user may do. It reads the user, says what shall be, and is refused if somebody else was faster.
protocol AccessCommand: AsyncParsableCommand {
    var place: PlaceOptions { get }
    var username: String { get }
    func edit(_ user: User) throws(Refusal) -> AccessEdit
}

private struct Access: Encodable {
    let user: UserJSON
    let changed: Bool
}

extension AccessCommand {
    func run() async throws {
        try await Console.run(place) { installation in
            let admin = installation.atTheConsole().asAdmin
            let before = try await ShowUsers(installation.instruments).one(as: admin, username)
            let changed = try await ChangeAccess(installation.instruments)(
                as: admin, username, version: before.user.version, edit(before.user))
            let user = changed.user
            let isChanged = !changed.difference.isEmpty || user.level != before.user.level || user.access != before.user.access
            if place.json { return try Console.json(Access(user: UserJSON(user, before.status), changed: isChanged)) }
            Console.say(isChanged ? "\(user.username.text): changed; the next call is judged by it." : "\(user.username.text): nothing to change.")
            for (account, roles) in user.grants.sorted(by: { $0.key < $1.key }) {
                Console.say("Account \(account): \(roles.isEmpty ? "no roles" : roles.sorted().joined(separator: ", "))")
            }
        }
    }
}

/// `--account` and `--role`, as `user grant` and `user revoke` take them.
struct GrantOptions: ParsableArguments {
    @Option(name: .customLong("account"), help: "An account id; repeat for more.") var accounts: [String] = []
    @Option(name: .customLong("role"), help: "ACCOUNT:ROLE; repeat for more.") var roles: [String] = []

    mutating func validate() throws {
        if accounts.isEmpty, roles.isEmpty { throw ValidationError("Name an --account or a --role.") }
    }

    func parsed() throws(Refusal) -> (accounts: [Identifier<Account>], roles: [(Identifier<Account>, String)]) {
        var faults: [FieldFault] = []
        let accounts = accounts.compactMap { text in
            let id = Identifier<Account>(canonical: text)
            if id == nil { faults.append(.accounts(.unknown(text))) }
            return id
        }
        let roles = roles.compactMap { text -> (Identifier<Account>, String)? in
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let account = Identifier<Account>(canonical: parts[0]) else {
                faults.append(.roles(.unknown(text)))
                return nil
            }
            return (account, String(parts[1]))
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        return (accounts, roles)
    }
}

struct UserGrant: AccessCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Give a user accounts and roles.",
        discussion: """
            EXAMPLES
              latchkey user grant acme-api --role 920012:ordering
              latchkey user grant acme-api --account 930044 --role 930044:porting
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @OptionGroup var grants: GrantOptions

    func edit(_ user: User) throws(Refusal) -> AccessEdit {
        let asked = try grants.parsed()
        var after = user.grants
        for account in asked.accounts { after[account] = after[account] ?? [] }
        for (account, role) in asked.roles {
            guard after[account] != nil else { throw .invalid([.roles(.accountNotChosen(account))]) }
            after[account]?.insert(role)
        }
        return AccessEdit(level: nil, access: nil, grants: after)
    }
}

struct UserRevoke: AccessCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take accounts and roles from a user.",
        discussion: """
            An account goes together with the roles in it. The user keeps at least one account; to shut somebody out, deactivate them.

            EXAMPLES
              latchkey user revoke acme-api --role 920012:ordering
              latchkey user revoke acme-api --account 930044
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @OptionGroup var grants: GrantOptions

    func edit(_ user: User) throws(Refusal) -> AccessEdit {
        let asked = try grants.parsed()
        var after = user.grants
        for (account, role) in asked.roles { after[account]?.remove(role) }
        for account in asked.accounts { after[account] = nil }
        return AccessEdit(level: nil, access: nil, grants: after)
    }
}

struct UserSetLevel: AccessCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-level", abstract: "Make a user a basic user, an account admin or an operator.",
        discussion: """
            EXAMPLES
              latchkey user set-level jane.doe admin
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @Argument(help: "basic, admin or operator.") var level: String

    func edit(_ user: User) throws(Refusal) -> AccessEdit {
        guard let level = AdministrationLevel(rawValue: level) else { throw .invalid([.level(.unknown)]) }
        return AccessEdit(level: level, access: nil, grants: user.grants)
    }
}

struct UserSetAccess: AccessCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-access", abstract: "Say how a user may get in: what is not named is taken away.",
        discussion: """
            EXAMPLES
              latchkey user set-access acme-api --api
              latchkey user set-access jane.doe --dashboard --api
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @Flag(help: "May sign in to the dashboard.") var dashboard = false
    @Flag(help: "May call the API.") var api = false

    func edit(_ user: User) throws(Refusal) -> AccessEdit {
        do throws(FieldFault) {
            return AccessEdit(level: nil, access: try AccessMethods(dashboard: dashboard, api: api), grants: user.grants)
        } catch { throw .invalid([error]) }
    }
}

struct UserSendReset: StandingCommand {
    static let configuration = CommandConfiguration(
        commandName: "send-reset", abstract: "Mail a user a link to choose a new password.",
        discussion: """
            EXAMPLES
              latchkey user send-reset jane.doe
            """)
    static let done = "a link is on its way"

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String

    func act(_ standing: ChangeStanding, _ admin: AdminCaller) async throws(Refusal) -> User {
        try await standing.sendReset(as: admin, username)
    }
}

struct UserPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Give a verified user a new password at once; every older one ends.",
        discussion: """
            For emergencies at the server: the old password ends with the command, sessions end, and the user is told by mail that the \
            password was changed, not what it is. Somebody who only uses the dashboard must choose their own at the next sign-in.

            EXAMPLES
              latchkey user password acme-api --generate-password
              printf %s "$PASSWORD" | latchkey user password acme-api --password-stdin
            """)

    @OptionGroup var place: PlaceOptions
    @Argument(help: "The username, case-sensitive.") var username: String
    @OptionGroup var source: PasswordSource

    private struct Changed: Encodable {
        let username: String
        let password: String?
    }

    func validate() throws {
        if source.passwordStdin == source.generatePassword { throw ValidationError("Choose one of --password-stdin and --generate-password.") }
    }

    func run() async throws {
        try await Console.run(place) { installation in
            let changed = try await SetPassword(installation.instruments)(as: installation.atTheConsole(), username, source.choice())
            let password = changed.generated?.reveal()
            if place.json { return try Console.json(Changed(username: changed.user.username.text, password: password)) }
            Console.say("\(changed.user.username.text) has a new password; older ones do not work any more.")
            if let password { Console.say("Password, shown once: \(password)") }
        }
    }
}

/// How a password gets into a command: never as an argument, where others on this machine could read it.
struct PasswordSource: ParsableArguments {
    @Flag(help: "Read the password from standard input.") var passwordStdin = false
    @Flag(help: "Make a password and print it once.") var generatePassword = false

    func choice() throws -> PasswordChoice {
        if generatePassword { return .generated }
        guard passwordStdin else { return .own }
        return .typed(try StandardInput.secret())
    }
}
