import ArgumentParser
import Assembly

/// The command line.
@main
struct Latchkey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latchkey",
        abstract: "The account dashboard and credential authority in front of an HTTP API.",
        discussion: """
            EXAMPLES
              latchkey demo                          a filled example with a sign-in and a curl command
              latchkey serve                         an installation of your own; prints a setup link
              latchkey user list --data DIR          works beside a running server
              latchkey --generate-completion-script bash > /etc/bash_completion.d/latchkey

            EXIT CODES
              0   done
              1   refused by a rule, or something was found to be wrong
              2   could not start: configuration, data directory, key, database, certificate, port
              3   there is no such user, account, letter or link
              4   unavailable or busy: try again
              64  wrong usage of the command line
            """,
        version: Version.text,
        subcommands: [
            Serve.self, DemoCommand.self, UserCommand.self, AccountCommand.self, CatalogueCommand.self, MailCommand.self, AuditCommand.self,
            CredentialCommand.self, RefusedCommand.self, ExplainRequest.self,
            BackupCommand.self, DoctorCommand.self, VersionCommand.self,
        ])
}
