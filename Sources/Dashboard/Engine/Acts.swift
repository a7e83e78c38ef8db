import Operations

/// Everything the dashboard can have done, by name.
struct Acts: Sendable {
    let setUp: SetUp
    let settings: InstallationSettings
    let signIn: SignIn
    let sessions: SessionTokens
    let verify: VerifyUser
    let collect: CollectPassword
    let choosePassword: ChoosePassword
    let askReset: AskReset
    let settleEmail: SettleEmailChange
    let profile: OwnProfile
    let accounts: Accounts
    let showUsers: ShowUsers
    let showHome: ShowHome
    let showRoles: ShowRoles
    let addUser: AddUser
    let changeDetails: ChangeDetails
    let changeAccess: ChangeAccess
    let standing: ChangeStanding
    let outbox: Outbox
    let confirm: ConfirmIdentity
    let keptForms: KeptForms
    let firstCall: FirstCall
    let ownSessions: OwnSessions
    let preferences: OwnPreferences
    let testLetter: TestLetter
    let deleteUser: DeleteUser
    let auditTrail: AuditTrail
    let refusedCalls: ShowRefusedCalls
    let catalogue: CurrentCatalogue
    let showCredentials: ShowCredentials
    let rotate: RotatePassword
    let endPasswords: EndPasswords

    init(_ instruments: Instruments, uses: UseLog? = nil) {
        firstCall = FirstCall(instruments, uses: uses)
        setUp = SetUp(instruments)
        settings = InstallationSettings(instruments)
        signIn = SignIn(instruments)
        sessions = SessionTokens(instruments)
        verify = VerifyUser(instruments)
        collect = CollectPassword(instruments)
        choosePassword = ChoosePassword(instruments)
        askReset = AskReset(instruments)
        settleEmail = SettleEmailChange(instruments)
        profile = OwnProfile(instruments)
        accounts = Accounts(instruments)
        showUsers = ShowUsers(instruments)
        showHome = ShowHome(instruments)
        showRoles = ShowRoles(instruments)
        addUser = AddUser(instruments)
        changeDetails = ChangeDetails(instruments)
        changeAccess = ChangeAccess(instruments)
        standing = ChangeStanding(instruments)
        outbox = Outbox(instruments)
        confirm = ConfirmIdentity(instruments)
        keptForms = KeptForms(instruments)
        ownSessions = OwnSessions(instruments)
        preferences = OwnPreferences(instruments)
        testLetter = TestLetter(instruments)
        deleteUser = DeleteUser(instruments)
        auditTrail = AuditTrail(instruments)
        refusedCalls = ShowRefusedCalls(instruments)
        catalogue = instruments.catalogue
        showCredentials = ShowCredentials(instruments)
        rotate = RotatePassword(instruments)
        endPasswords = EndPasswords(instruments)
    }
}
