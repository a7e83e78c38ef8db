import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/quickstart`: from nothing to the first call, with a page that sees it arrive.
enum QuickStartPages {
    static func add(to desks: Desks) { desks.members.get("/quickstart", show) }

    @Sendable static func show(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        let programs = try await visit.acts.firstCall.programs(for: me)
        let asked = visit.asked("user")
        guard let program = programs.first(where: { $0.username.text == asked }) ?? programs.first else {
            return visit.page(NoProgramPage(mayAdd: me.user.level >= .admin))
        }
        let latest = try await visit.acts.firstCall.latest(of: program)
        return visit.page(
            QuickStartPage(
                program, account: me.account.flatMap { program.accounts.contains($0.id) ? $0.id : nil } ?? program.accounts.min(),
                others: programs, latest: latest, now: visit.now, publicAddress: visit.screens.publicAddress,
                mayExplain: me.user.level >= .admin))
    }
}

struct QuickStartPage: PageModel {
    static let template = "page-quickstart"

    /// One language of the examples.
    struct Variant: Sendable {
        let id: String
        let label: String
        let checked: Bool
        let check: CodeBlock
        let read: CodeBlock
    }

    let title: String
    let lead: String
    let action: String
    /// Only when there is more than one program.
    let choice: Choice?
    let facts: Facts
    let variants: [Variant]
    let answers: Table
    /// Why calls were refused, for those who may look.
    let causes: Anchor?
    let keep: [String]
    let waiting: String?
    let received: String?
    let receivedAt: Moment?
    let again: Anchor

    var section: Section { .quickStart }

    init(
        _ program: User, account: Identifier<Account>?, others: [User], latest: CredentialUse?, now: Instant, publicAddress: String,
        mayExplain: Bool = false
    ) {
        let name = program.username.text
        let number = account.map(\.description) ?? ""
        title = Words.quickStart
        lead = Words.quickLead(name)
        action = Link.quickStart.text
        choice =
            others.count > 1
            ? Choice("user", Words.quickProgram, others.map { ($0.username.text, $0.username.text) }, selected: name) : nil
        facts = Facts([
            Fact(Words.username, copied: [name], id: "username"),
            Fact(Words.accountID, copied: account.map { [$0.description] } ?? [], id: "account"),
            Fact(Words.quickBase, copied: [publicAddress], id: "base"),
        ])
        variants = QuickStartCode.variants.enumerated().map { index, code in
            Variant(
                id: code.id, label: code.label, checked: index == 0,
                check: CodeBlock(
                    id: "\(code.id)-check", label: "\(code.label): \(Words.quickCheck)", text: code.call(name, publicAddress, "/api/v1/me")),
                read: CodeBlock(
                    id: "\(code.id)-read", label: "\(code.label): \(Words.quickRead)",
                    text: code.call(name, publicAddress, "/api/accounts/\(number)")))
        }
        answers = Table(
            "answers", caption: Words.quickAnswers, isTitled: false,
            [Table.Column(Words.quickStatus), Table.Column(Words.quickMeaning), Table.Column(Words.quickDo)],
            rows: Words.quickAnswerLines.map { [.verbatim($0.status, under: $0.reason), .text($0.meaning), .text($0.action)] })
        causes = mayExplain ? Anchor(Words.refusedCallsOf(name), RefusedCallListQuery.user(name).link) : nil
        keep = Words.quickKeepLines
        waiting = latest == nil ? Words.quickWaiting(name) : nil
        received = latest.map { Words.quickReceived($0.method, $0.path, $0.address) }
        receivedAt = latest.map { Moment($0.at) }
        again = Anchor(Words.quickAgain, Link.quickStart.with([(name: "user", value: name)]))
    }
}

/// Q1
struct NoProgramPage: PageModel {
    static let template = "page-quickstart-none"

    let title: String
    let none: Empty

    var section: Section { .quickStart }
    var layout: Layout { .narrow }

    init(mayAdd: Bool) {
        title = Words.quickStart
        none = Empty(
            heading: Words.quickNone, text: mayAdd ? Words.quickNoneAdmin : Words.quickNoneBasic,
            actions: mayAdd ? [Anchor(Words.quickAdd, Link.addUser.with([(name: "access", value: "api")]))] : [])
    }
}

/// The same call in three languages. None of them holds the password: each asks for it when it runs.
struct QuickStartCode: Sendable {
    let id: String
    let label: String
    /// From username, public address and path.
    let call: @Sendable (String, String, String) -> String

    static let variants = [
        QuickStartCode(id: "curl", label: "curl") { name, base, path in "curl --user '\(name)' '\(base)\(path)'" },
        QuickStartCode(id: "python", label: "Python") { name, base, path in
            """
            import base64, getpass, urllib.request

            password = getpass.getpass("Password: ")
            token = base64.b64encode(f"\(name):{password}".encode()).decode()
            request = urllib.request.Request(
                "\(base)\(path)", headers={"Authorization": f"Basic {token}"})
            with urllib.request.urlopen(request) as answer:
                print(answer.status, answer.read().decode())
            """
        },
        QuickStartCode(id: "swift", label: "Swift") { name, base, path in
            """
            import Foundation
            #if canImport(FoundationNetworking)
            import FoundationNetworking
            #endif

            let password = String(cString: getpass("Password: "))
            let token = Data("\(name):\\(password)".utf8).base64EncodedString()
            var request = URLRequest(url: URL(string: "\(base)\(path)")!)
            request.setValue("Basic \\(token)", forHTTPHeaderField: "Authorization")
            let (data, answer) = try await URLSession.shared.data(for: request)
            print((answer as! HTTPURLResponse).statusCode, String(decoding: data, as: UTF8.self))
            """
        },
    ]
}
