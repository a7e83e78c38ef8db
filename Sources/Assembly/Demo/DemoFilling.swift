import Domain
import Foundation
import Operations
import Ports
import Secrets

/// Fills an installation by the ways that everybody goes: setup page, add user, the letter's link, the phone, a password of their own.
struct DemoFilling {
    let instruments: Instruments
    let directory: DataDirectory
    let circumstances: Circumstances

    /// The demo's users; made at the first start, read at later ones. A start that was cut short is taken up where it ended.
    func run(_ size: DemoSize) async throws(StartFault) -> DemoUsers {
        let users = try await readOrMake()
        do {
            try await setUpInstallation(users)
            try await fill(users)
            try await DemoCrowd(instruments: instruments, circumstances: circumstances).fill(size, password: users.apiUser.password)
            return users
        } catch {
            throw .demo(reason: "\(Self.words(error)) in \(directory.path); name an empty directory with --data")
        }
    }

    private static func words(_ refusal: Refusal) -> String {
        switch refusal {
        case .unavailable, .busy, .wait: "the database or the hashing did not answer"
        case .signIn: "the operator's password is no longer the one of demo.json"
        case .invalid, .denied, .notSignedIn, .link, .noSuchUser, .noSuchAccount, .notFound, .conflict, .notNow:
            "there is an installation that is not the demo's, or it has been changed"
        }
    }

    private func readOrMake() async throws(StartFault) -> DemoUsers {
        if FileText.mode(directory.demo) != nil {
            do {
                return try JSONDecoder().decode(DemoUsers.self, from: Data(FileText.bytes(directory.demo, atMost: 65_536)))
            } catch { throw .demo(reason: "\(directory.demo) cannot be read; remove \(directory.path) and start again") }
        }
        // Somebody's own installation must not become a demo.
        let isOthers: Bool
        do { isOthers = try await InstallationSettings(instruments).isSetUp() } catch { throw .demo(reason: Self.words(error)) }
        if isOthers { throw .demo(reason: "\(directory.path) holds an installation that is no demo; name an empty directory with --data") }
        let users = DemoUsers(instruments.entropy)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try directory.place(Array(encoder.encode(users)), at: directory.demo, mode: 0o600)
        } catch { throw .demo(reason: "\(directory.demo) cannot be written") }
        return users
    }

    private func setUpInstallation(_ users: DemoUsers) async throws(Refusal) {
        guard let token = try await SetUp(instruments).issueLink(circumstances) else { return }
        _ = try await SetUp(instruments)(token, DemoUsers.setUp, password: Secret(users.operator.password), circumstances)
    }

    private func fill(_ users: DemoUsers) async throws(Refusal) {
        let console = OperatorCaller.commandLine(circumstances)
        let known = Set(try await Accounts(instruments).list(as: console.asAdmin).map(\.id.description))
        if !known.contains(DemoUsers.second) {
            let account = try Account.parse(
                id: DemoUsers.second, name: "Acme West", companyName: "Acme Telephony", now: circumstances.now)
            _ = try await Accounts(instruments).add(as: console, account, contracts: ["tn-lookup"])
        }
        let missing = try await missingSteps(users)
        guard !missing.isEmpty else { return }
        let session = try await SignIn(instruments)(
            username: users.operator.username, password: Secret(users.operator.password), circumstances)
        let operatorCaller = try session.signedIn.caller.asAdmin()
        for step in missing { try await add(step, as: operatorCaller) }
        try await choosePasswords(missing)
        try await SessionTokens(instruments).signOut(session.signedIn)
    }

    private struct Step: Sendable {
        let fields: UserFields
        let password: String?
        let progress: Domain.Progress?
    }

    private func missingSteps(_ users: DemoUsers) async throws(Refusal) -> [Step] {
        let all: [(UserFields, String?)] = [
            (DemoUsers.adminFields, users.admin.password), (DemoUsers.basicFields, users.basic.password),
            (DemoUsers.apiFields, users.apiUser.password), (DemoUsers.waitingFields, nil),
        ]
        var steps: [Step] = []
        for (fields, password) in all {
            let user = try await instruments.store.read { store throws(Refusal) in try store.user(named: fields.username) }
            if user?.state.progress == .active || (user != nil && password == nil) { continue }
            steps.append(Step(fields: fields, password: password, progress: user?.state.progress))
        }
        return steps
    }

    private func add(_ step: Step, as admin: AdminCaller) async throws(Refusal) {
        guard step.progress == nil else { return }
        _ = try await AddUser(instruments)(as: admin, UserDraft(parsing: step.fields), password: .own)
    }

    /// Side by side: each waits for its hash most of the time.
    private func choosePasswords(_ steps: [Step]) async throws(Refusal) {
        let outcomes = await withTaskGroup(of: Result<Void, Refusal>.self, returning: [Result<Void, Refusal>].self) { group in
            for step in steps { group.addTask { await choosePassword(step) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes { try outcome.get() }
    }

    private func choosePassword(_ step: Step) async -> Result<Void, Refusal> {
        guard let password = step.password else { return .success(()) }
        do {
            try await choose(password, step)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func choose(_ password: String, _ step: Step) async throws(Refusal) {
        let verify = try await verificationToken(step.fields.username)
        let verified = try await VerifyUser(instruments)(verify, phone: step.fields.phone, circumstances)
        guard case .choosePassword(let token) = verified else { throw .notNow(.alreadyVerified) }
        _ = try await ChoosePassword(instruments)(token, Secret(password), circumstances)
    }

    /// The link of mail 1, as its reader would find it.
    private func verificationToken(_ username: String) async throws(Refusal) -> Token {
        try await instruments.store.read { store throws(Refusal) in
            guard let user = try store.user(named: username) else { throw .noSuchUser }
            for letter in try store.letters(LetterQuery(.user(user.id))) {
                guard case .verification(_, _, _, _, let text, _)? = try store.content(of: letter.id), let token = Token(parsing: text) else {
                    continue
                }
                return token
            }
            throw .notFound
        }
    }
}
