import ArgumentParser
import Assembly
import Domain
import Foundation
import Operations
import Ports
import Secrets

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add, list, show and change users.",
        subcommands: [
            UserAdd.self, UserList.self, UserShow.self, UserGrant.self, UserRevoke.self, UserSetLevel.self, UserSetAccess.self,
            UserPassword.self, UserSendReset.self, UserDeactivate.self, UserActivate.self, UserUnlock.self,
        ])
}

struct UserAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a user, who then verifies by mail and phone.",
        discussion: """
            The user chooses a password after verification, unless one of the password options is given. A password is never an argument, \
            where others on this machine could read it.

            EXAMPLES
              latchkey user add --username jane.doe --first-name Jane --last-name Doe --email jane@example.com --phone 9195550100 \\
                --dashboard --account 920012
              latchkey user add --username acme-api --first-name API --last-name User --email jane+api@example.com --phone 9195550100 \\
                --api --account 920012 --role 920012:ordering --generate-password
              printf %s "$PASSWORD" | latchkey user add … --password-stdin
            """)

    @OptionGroup var place: PlaceOptions
    @Option(help: "4 to 100 of A-Z a-z 0-9 . @ _ -; can never be changed.") var username: String
    @Option var firstName: String
    @Option var lastName: String
    @Option(help: "Unique in the installation.") var email: String
    @Option(help: "Ten digits; asked for at verification.") var phone: String
    @Option(help: "basic, admin or operator.") var level = "basic"
    @Flag(help: "May sign in to the dashboard.") var dashboard = false
    @Flag(help: "May call the API.") var api = false
    @Option(name: .customLong("account"), help: "An account id; repeat for more.") var accounts: [String] = []
    @Option(name: .customLong("role"), help: "ACCOUNT:ROLE; repeat for more.") var roles: [String] = []
    @OptionGroup var source: PasswordSource

    private struct Added: Encodable {
        let username: String
        let status: String
        let password: String?
    }

    func validate() throws {
        if source.passwordStdin, source.generatePassword { throw ValidationError("Choose one of --password-stdin and --generate-password.") }
    }

    func run() async throws {
        try await Console.run(place) { installation in
            let draft = try UserDraft(
                parsing: UserFields(
                    username: username, firstName: firstName, lastName: lastName, email: email, phone: phone, level: level,
                    access: (dashboard ? ["dashboard"] : []) + (api ? ["api"] : []), accounts: accounts, roles: roles))
            let added = try await AddUser(installation.instruments)(
                as: installation.atTheConsole().asAdmin, draft, password: try source.choice())
            let password = added.generated?.reveal()
            if place.json {
                try Console.json(Added(username: added.user.username.text, status: "waiting", password: password))
            } else {
                Console.say("Added \(added.user.username.text). A letter with a link is on its way to \(added.user.email.text).")
                if let password { Console.say("Password, shown once: \(password)\nIt works after verification.") }
            }
        }
    }
}

struct UserList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List users.",
        discussion: """
            EXAMPLES
              latchkey user list --search jane --status waiting
              latchkey user list --json --page 2
            """)

    @OptionGroup var place: PlaceOptions
    @Option(help: "Part of username, names, email or phone.") var search = ""
    @Option(help: "active, waiting, needsPassword, locked or deactivated.") var status: String?
    @Option(help: "Page, from 1, of 200 users.") var page = 1

    private struct Listed: Encodable {
        let total: Int
        let users: [UserJSON]
    }

    func validate() throws {
        if let status, UserStatus(rawValue: status) == nil { throw ValidationError("There is no status \"\(status)\".") }
    }

    func run() async throws {
        try await Console.run(place) { installation in
            let request = UserListRequest(search: search, status: status.flatMap { UserStatus(rawValue: $0) }, page: page, pageSize: 200)
            let found = try await ShowUsers(installation.instruments).list(as: installation.atTheConsole().asAdmin, request)
            if place.json {
                try Console.json(Listed(total: found.total.number, users: found.rows.map { UserJSON($0.user, $0.status) }))
            } else {
                Console.table(
                    [["USERNAME", "NAME", "LEVEL", "ACCESS", "ACCOUNTS", "STATUS"]]
                        + found.rows.map { row in
                            [
                                row.user.username.text, row.user.name.full, row.user.level.rawValue, row.user.access.words,
                                row.user.accounts.sorted().map(\.description).joined(separator: ","), row.status.rawValue,
                            ]
                        })
                if found.total.number > found.rows.count { Console.say("\(found.rows.count) of \(found.total.number)") }
            }
        }
    }
}

/// A user for programs. Never a password.
struct UserJSON: Encodable {
    let username: String
    let firstName: String
    let lastName: String
    let email: String
    let phone: String
    let level: String
    let access: [String]
    let status: String
    /// Role ids by account id.
    let accounts: [String: [String]]

    init(_ user: User, _ status: UserStatus) {
        username = user.username.text
        firstName = user.name.first
        lastName = user.name.last
        email = user.email.text
        phone = user.phone.digits
        level = user.level.rawValue
        access = (user.access.dashboard ? ["dashboard"] : []) + (user.access.api ? ["api"] : [])
        self.status = status.rawValue
        accounts = Dictionary(uniqueKeysWithValues: user.grants.map { ($0.key.description, $0.value.sorted()) })
    }
}
