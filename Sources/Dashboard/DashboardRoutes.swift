import Domain
public import HTTPSupport
public import HTTPTypes
public import Hummingbird
public import Operations

/// The dashboard: every page, and what it is served with.
public struct DashboardRoutes: Sendable {
    fileprivate let screens: Screens
    private let signedIn: SignedInPages

    /// - Parameters:
    ///   - publicAddress: `https://id.example.com`, from the configuration.
    ///   - hasMailServer: without one letters are held, and the page about mail says so.
    ///   - about: shown among the settings.
    ///   - version: as the footer shows it.
    ///   - uses: what has been used and is not written down yet.
    /// - Throws: when a template of this build cannot be used.
    public init(
        _ instruments: Instruments, publicAddress: String, version: String, hasMailServer: Bool = true,
        about: InstallationAbout = InstallationAbout(), uses: UseLog? = nil
    ) throws {
        screens = Screens(
            templates: try Templates(), assets: Assets(), acts: Acts(instruments, uses: uses), version: version, publicAddress: publicAddress)
        signedIn = SignedInPages(entropy: instruments.entropy, hasMailServer: hasMailServer, about: about)
    }

    public func add(to router: Router<AppContext>) {
        AssetPages(assets: screens.assets).add(to: router)
        let desks = Desks(router: router, screens: screens)
        PublicPages.add(to: desks)
        ConfirmPages.add(to: desks)
        SessionActs.add(to: desks)
        signedIn.add(to: desks)
    }

    /// The page for a status that no route answered with a body of its own, such as 404.
    public func errorPage(_ status: HTTPResponse.Status, _ request: Request, _ context: AppContext) async -> Response {
        await screens.failure(status, request, context)
    }
}

extension DashboardRoutes {
    /// The page for a request that was not let in; `nil` for those who read no pages.
    public func doorPage(_ refusal: DoorRefusal, _ request: Request, _ id: HTTPSupport.RequestID) -> Response? {
        screens.notLetIn(refusal, request, id)
    }
}

/// The doors by which pages are reached.
struct Desks {
    /// Everybody; `Who` is who is signed in, if anybody.
    let anybody: Desk<SignedIn?>
    /// Whoever is signed in, also somebody who must choose a new password first.
    let held: Desk<SignedIn>
    let members: Desk<SignedIn>
    let admins: Desk<AdminCaller>
    let operators: Desk<OperatorCaller>

    init(router: Router<AppContext>, screens: Screens) {
        anybody = Desk(router: router, screens: screens, admitsHeld: true) { visit in visit.signedIn }
        held = Desk(router: router, screens: screens, admitsHeld: true) { visit throws(Refusal) in try visit.member() }
        members = Desk(router: router, screens: screens, admitsHeld: false) { visit throws(Refusal) in try visit.member() }
        admins = Desk(router: router, screens: screens, admitsHeld: false) { visit throws(Refusal) in try visit.member().caller.asAdmin() }
        operators = Desk(router: router, screens: screens, admitsHeld: false) { visit throws(Refusal) in try visit.member().caller.asOperator() }
    }
}

extension Visit {
    fileprivate func member() throws(Refusal) -> SignedIn {
        guard let signedIn else { throw .notSignedIn }
        return signedIn
    }
}
