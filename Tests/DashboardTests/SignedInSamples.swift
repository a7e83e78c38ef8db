import Catalogue
import Domain
import Gate
import HTTPSupport
import Ports
import Secrets

@testable import Dashboard
@testable import Operations

extension Samples {
    /// A model for each of the pages behind sign-in.
    static var signedInPages: [any PageModel] { userPages + accountPages + ownPages + credentialPages }

    static let now = Instant(milliseconds: 1_795_500_000_000)
    static let account = Account(id: Identifier(920_012), name: attack, companyName: attack, createdAt: Instant(milliseconds: 0))
    static let other = Account(id: Identifier(930_044), name: "Other", companyName: "Other Inc", createdAt: Instant(milliseconds: 0))

    static let catalogue: CompiledCatalogue = {
        do { return CompiledCatalogue(try RoleCatalogue.shipped()) } catch { preconditionFailure("the shipped catalogue is whole") }
    }()

    /// `account` has a contract for everything, `other` for nothing.
    static let grantable = [
        GrantableAccount(account: account, entitled: Set(catalogue.roles.map(\.id.rawValue))),
        GrantableAccount(account: other, entitled: Set(catalogue.roles.filter { !$0.byContract }.map(\.id.rawValue))),
    ]

    static func person(
        id: Int64 = 7, _ username: String = "ann.lee", level: AdministrationLevel = .basic, access: AccessMethods = .dashboardOnly,
        state: UserState = .enabled(.active), grants: Grants = [Identifier(920_012): ["ordering", "gone-role"]], createdAt: Instant = now,
        version: Int64 = 3
    ) -> User {
        do {
            return User(
                id: Identifier(id), username: try Username(parsing: username), name: try PersonName(first: attack, last: "Lee"),
                email: try EmailAddress(parsing: "\(username)@example.com"), phone: try PhoneNumber(parsing: "9195550134"), level: level,
                access: access, state: state, mustChoosePassword: false, passwordChangedAt: now, passwordSeenInPlainAt: now,
                createdAt: createdAt, createdBy: nil, lastSignInAt: nil, grants: grants, version: version)
        } catch { preconditionFailure("the sample is well-formed") }
    }

    static func detail(
        _ user: User = person(), status: UserStatus = .active, foreign: Int = 0, denial: Denial? = nil, isSelf: Bool = false,
        letter: OutboxLetter? = letter()
    ) -> UserDetail {
        UserDetail(
            user: user, status: status, visibleGrants: user.grants, foreignAccounts: foreign, credentials: [], newestLetter: letter,
            invitationEndsAt: nil, addedBy: attack, grantable: grantable, fullChangeDenial: denial, isSelf: isSelf, lastActiveAt: nil)
    }

    static func letter(_ kind: LetterKind = .verification, _ state: LetterState = .held, hasContent: Bool = true) -> OutboxLetter {
        do {
            return OutboxLetter(
                id: Identifier(4), kind: kind, to: try EmailAddress(parsing: "ann@example.com"), user: Identifier(7), createdAt: now,
                state: state, attempts: 2, lastReply: attack, readAt: nil, hasContent: hasContent)
        } catch { preconditionFailure("the sample is well-formed") }
    }

    static func record(_ action: AuditAction, changes: [AuditChange] = [], result: AuditResult = .done, count: Int = 1) -> AuditRecord {
        guard let chain = Digest(bytes: [UInt8](repeating: 1, count: 32)) else { preconditionFailure("32 bytes are a digest") }
        return AuditRecord(
            number: 12,
            entry: AuditEntry(
                action, at: now, by: .user(Identifier(1), username: attack), on: Identifier(7), named: attack, account: account.id,
                result: result, from: attack, count: count, changes: changes), chain: chain)
    }

    static func seal(_ verdict: AuditVerdict) -> SealLine { SealLine(TrailCheck(verdict: verdict, at: now), isOperator: true) }

    static func settings(_ part: SettingsPart) -> SettingsPage {
        var settings = Settings.initial
        settings.name = attack
        settings.supportContact = attack
        let own: [SettingsCard: [String]] = [
            .general: ["name", "support"], .passwords: ["password_delivery", "policy", "minimum_length", "renewal_days"],
        ]
        let names = part.cards.flatMap { (own[$0] ?? []) + $0.numbers.map(\.rawValue) }
        return SettingsPage(
            part, settings, form: form, about: InstallationAbout(mailServer: attack, mailSender: attack) { 1_400_000 }, publicAddress: attack,
            version: attack, letter: letter(.test, .failed(at: now)), errors: FormErrors(names.map { FormError($0, attack) }))
    }

    static let operatorCaller = Caller(id: Identifier(1), level: .operator, accounts: [])
    static let adminCaller = Caller(id: Identifier(2), level: .admin, accounts: [Identifier(920_012)])

    static let answers = UserAnswers(
        fields: UserFields(
            username: attack, firstName: attack, lastName: attack, email: attack, phone: attack, level: "admin", access: ["api"],
            accounts: ["920012", attack], roles: ["920012:ordering", attack]), password: .typed, hasTypedPassword: true)

    static let addSetting = AddUserPage.Setting(
        form: form, grantable: grantable, current: account.id, mayMakeOperators: true, policy: .modern, roles: catalogue.roles)

    static func accessSetting(sole: [Account] = []) -> UserAccess.Setting {
        UserAccess.Setting(form: form, mayMakeOperators: true, roles: catalogue.roles, onlyAdminOf: sole, isLastOperator: true)
    }

    static let userFaults = FormErrors(
        [
            .username(.taken), .firstName(.missing), .lastName(.missing), .email(.taken), .phone(.countryCode), .level(.notYours),
            .access(.missing), .password(.common), .accounts(.missing), .roles(.unknown(attack)),
        ])

    /// Off, refused, and with a letter that did not leave.
    static var troubled: UserDetail {
        var detail = detail(person(access: .apiOnly, state: .enabled(.waiting)), status: .waiting)
        detail.deactivation = Deactivation(at: now, by: .user(Identifier(1), username: attack), cause: .deactivated, reason: attack)
        detail.invitation = .refused
        detail.dueAt = now
        detail.pendingEmail = PendingEmail(address: attack, endsAt: now)
        detail.letters = [letter(), letter(.reset, .failed(at: now))]
        return detail
    }

    private static var userPages: [any PageModel] {
        let rows = [UserRow(user: person(), status: .locked, lastActiveAt: nil)]
        var query = UserListQuery()
        query.search = attack
        let records = [record(.accessChanged, changes: [AuditChange(attack, before: attack, after: attack)])]
        let faults = FormErrors([.firstName(.missing), .lastName(.missing), .email(.taken), .phone(.countryCode)])
        let accessFaults = FormErrors([.level(.notYours), .access(.missing), .accounts(.missing), .roles(.unknown(attack))])
        return [
            UserListPage(UserPage(rows: rows, total: 1), UserListQuery(), caller: adminCaller, catalogue: catalogue),
            UserListPage(UserPage(rows: [], total: 0), query, caller: adminCaller, catalogue: catalogue),
            AddUserPage(UserAnswers(), addSetting), AddUserPage(answers, addSetting, errors: userFaults),
            UserScreen(detail(), .overview, overview: UserOverview(detail()) { _ in form }, addAnother: true),
            UserScreen(
                detail(), .overview, overview: UserOverview(detail(), typed: answers.fields, errors: faults) { _ in form }, errors: faults),
            UserScreen(
                detail(denial: .someAccountsAreForeign(count: 2)), .overview,
                overview: UserOverview(detail(denial: .someAccountsAreForeign(count: 2))) { _ in form }),
            UserScreen(detail(), .access, access: UserAccess(detail(), accessSetting(sole: [account]))),
            UserScreen(
                detail(), .access, access: UserAccess(detail(), accessSetting(), typed: answers.fields, errors: accessFaults),
                errors: accessFaults),
            UserScreen(
                detail(foreign: 1, denial: .someAccountsAreForeign(count: 1)), .access,
                access: UserAccess(detail(foreign: 1, denial: .someAccountsAreForeign(count: 1)), accessSetting())),
            UserScreen(
                detail(), .overview, overview: UserOverview(detail(), banners: UserBanners.make(troubled, isOperator: true, now: now)) { _ in form }),
            UserScreen(detail(), .activity, activity: UserActivity(records, person(), viewer: adminCaller)),
            UserConflictPage(
                person(), lines: [UserConflictPage.Line(attack, attack, attack), UserConflictPage.Line(attack, "a", attack)],
                answers: Form(), form: form, back: .home),
            ShownPasswordPage(person(), password: attack), DeleteUserPage(detail(), form: form, now: now),
            DeleteUserPage(
                detail(person(state: .deactivated(at: now, resuming: .active))), form: form, now: now, typed: attack,
                errors: FormErrors([.confirmation(expected: attack)])),
        ] + UserAct.allCases.map { UserActPage($0, detail(), form: form, now: now) as any PageModel }
    }

    private static var accountPages: [any PageModel] {
        let listed = [ListedAccount(account: account, users: 3, roles: 9), ListedAccount(account: other, users: 0, roles: 2)]
        let people = UserPage(rows: [UserRow(user: person(), status: .active, lastActiveAt: now)], total: 1)
        let holders = RoleHolders(
            holders: [RoleHolder(row: people.rows[0], places: [.init(account: account.id, since: now), .init(account: other.id, since: nil)])],
            total: 70)
        var audit = AuditListQuery()
        audit.text = attack
        audit.actor = attack
        audit.address = attack
        audit.before = 400
        let records = AuditAction.allCases.map { record($0, result: .refused(reason: attack), count: 3) }
        let faults = FormErrors([.accountID(.taken), .accountName(.missing), .companyName(.missing), .roles(.unknown(attack))])
        return [
            AccountListPage(AccountListPage.Cut([account, other]), listed, mayAdd: true), AccountListPage(AccountListPage.Cut([]), [], mayAdd: false),
            AccountListPage(AccountListPage.Cut((1...120).map { _ in account }, search: attack, page: 2), [], mayAdd: false),
            AccountListPage(AccountListPage.Cut((1...120).map { _ in account }, page: 2), listed, mayAdd: false),
            AccountPage(
                grantable[0], people: people, caller: adminCaller, catalogue: catalogue, form: form,
                errors: FormErrors([.roles(.unknown(attack))])),
            AccountPage(
                grantable[0], people: people, caller: operatorCaller, catalogue: catalogue, form: form,
                reminders: AccountReminders(90, typed: attack, form: form, errors: FormErrors([.reminderDays])), errors: FormErrors([.reminderDays])),
            AccountPage(grantable[1], people: UserPage(rows: [], total: 0), caller: adminCaller, catalogue: catalogue, form: nil),
            RolesPage(catalogue, counts: ["ordering": 3]), RolesPage(catalogue, counts: nil),
            RolePage(catalogue.roles[0], nil, page: 1), RolePage(catalogue.roles[1], holders, page: 1),
            AuditEventPage(record(.accessChanged, changes: [AuditChange(attack, before: nil, after: attack)], count: 2), viewer: adminCaller),
            AddAccountPage(AddAccountPage.Answers(), roles: catalogue.roles, form: form, errors: faults),
            AuditPage(records, audit, viewer: operatorCaller, beginning: nil, seal: seal(.broken(at: 3, checked: 9)), check: form),
            RefusedCallPageModel(
                RefusedCallPage(calls: [refusedCall(username: attack, path: attack), refusedCall(username: nil)], next: 4),
                RefusedCallListQuery(), seesAll: true),
            RefusedCallPageModel(RefusedCallPage(calls: [], next: nil), .reason(.wrongPassword), seesAll: false),
            AuditPage([], audit.newest, viewer: adminCaller, beginning: now, seal: seal(.intact(entries: 12_480)), check: nil),
            settings(.general), settings(.security), settings(.email), settings(.about),
            MailListPage([letter(), letter(.reset, .failed(at: now))], now: now),
            MailListPage([], now: now), LetterPage(letter(.preparedPassword), words: nil, form: form),
            LetterPage(letter(), words: RenderedLetter(subject: attack, text: attack, html: attack), form: nil),
        ]
    }

    /// Everything that Home can find, about somebody with a hostile name.
    static var findings: HomeFindings {
        var found = HomeFindings()
        let users = SomeUsers([person()], total: 9)
        found.locked = users
        found.both = users
        found.unused = users
        found.accounts = [account]
        found.due = [DueUser(user: person(), dueAt: now)]
        if let old = credentialRow().detail.previous { found.rotating = [RotatingUser(user: person(), old: old)] }
        found.stalled = [
            StalledInvitation(user: person(), link: link(.closed)), StalledInvitation(user: person(id: 8, "bob.ross"), link: link(.open)),
        ]
        found.waiting = [person(), person(id: 8, "bob.ross")]
        return found
    }

    static func link(_ state: LinkState) -> Ports.Link {
        guard let digest = Digest(bytes: [UInt8](repeating: 3, count: 32)) else { preconditionFailure("32 bytes are a digest") }
        return Ports.Link(
            digest: digest, purpose: .verification, user: Identifier(7), createdAt: now, expiresAt: now, state: state, wrongTries: 0, payload: nil)
    }

    static func ownHome(
        _ user: User, _ accounts: [OwnAccount], _ session: Session, _ credential: CredentialDetail? = nil
    ) -> OwnHomePage {
        OwnHomePage(user, accounts, session: session, credential: credential, now: now, form: { _ in form }, roleName: { $0 })
    }

    private static var ownPages: [any PageModel] {
        guard let digest = Digest(bytes: [UInt8](repeating: 2, count: 32)) else { preconditionFailure("32 bytes are a digest") }
        let session = Session(
            digest: digest, user: Identifier(7), createdAt: now, lastSeenAt: now, expiresAt: now, address: attack, client: attack)
        let attention = Attention(findings, letters: [letter()], now: now)
        return [
            AdminHomePage(
                attention, [AdminHomePage.Step(attack, .home, done: false), AdminHomePage.Step(attack, .home, done: true)], form: form,
                banners: [Notice(.warn, attack, heading: attack, action: Anchor(attack, .home))], events: [record(.userAdded)],
                viewer: operatorCaller, now: now),
            AdminHomePage(
                Attention(HomeFindings(), now: now), [AdminHomePage.Step(attack, .home, done: false)], showsSteps: false, form: form, events: [],
                viewer: adminCaller, now: now),
            ownHome(
                person(access: .both), [OwnAccount(account: account, roles: ["ordering"], admins: [attack])], session,
                credentialRow().detail),
            ownHome(person(), [], session),
            ProfilePage(
                person(), typed: answers.fields, form: form,
                errors: FormErrors([.firstName(.missing), .lastName(.missing), .email(.taken), .phone(.length)], own: true)),
            ProfilePage(
                person(), pending: EmailWaiting.notice(PendingEmail(address: attack, endsAt: now), withdraw: form), form: form),
            ProfilePage(person(), again: attack, form: form, errors: FormErrors([FormError("phone_again", attack)])),
            SessionListPage([session, session], form: form), SessionListPage([session], form: form), AppearancePage(.initial, form: form),
            AppearancePage(.initial, form: form, errors: FormErrors([FormError("time_zone", attack)])),
            NotificationPage([.access], form: form), KeysPage(.everything, person(level: .admin), isOn: true),
            SearchPage(attack, [Found(attack, [Found.Result(attack, attack, .home)])]), SearchPage(attack, []),
            QuickStartPage(
                person(access: .apiOnly), account: account.id, others: [person(), person(id: 8, "bob.ross")], latest: nil, now: now,
                publicAddress: attack),
            QuickStartPage(
                person(access: .apiOnly), account: nil, others: [person()],
                latest: CredentialUse(at: now, address: attack, method: "GET", path: attack), now: now, publicAddress: attack),
            NoProgramPage(mayAdd: true), NoProgramPage(mayAdd: false),
            OwnPasswordPage(
                person(access: .both), .classic, form: form, errors: FormErrors([.currentPassword, .password(.common)], own: true)),
        ]
    }
}
