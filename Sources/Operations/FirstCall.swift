public import Domain
public import Ports

/// For those who make their first call: which programs there are, and whether one has called.
public struct FirstCall: Sendable {
    let instruments: Instruments
    let uses: UseLog?

    /// - Parameter uses: what has been used and is not written down yet.
    public init(_ instruments: Instruments, uses: UseLog?) {
        self.instruments = instruments
        self.uses = uses
    }

    /// As many programs are offered.
    static let offered = 50

    /// Users with the API access method that the person may see: oneself first, then an admin's, of the account in hand before others.
    public func programs(for me: SignedIn) async throws(Refusal) -> [User] {
        let own = me.user.access.api ? [me.user] : []
        guard me.user.level >= .admin else { return own }
        let admin = try me.caller.asAdmin()
        let account = me.account?.id
        let found = try await instruments.store.read { store throws(Refusal) -> [User] in
            let caller = try admin.current(in: store)
            var found: [User] = []
            for scope in [account.map { [$0] }, caller.level == .operator ? nil : caller.accounts] {
                for access in [UserQuery.Access.api, .both] {
                    let query = UserQuery(
                        accounts: scope, hidesOperators: caller.level != .operator, access: access, limit: Self.offered,
                        countsUpTo: 0)
                    found += try store.users(query, now: admin.now).rows.map(\.user)
                }
                if !found.isEmpty { break }
            }
            return found.filter { $0.state.isActive }
        }
        return own + found.filter { $0.id != me.user.id }
    }

    /// The latest call that passed, also one that is not written down yet.
    public func latest(of program: User) async throws(Refusal) -> CredentialUse? {
        let credentials = try await instruments.store.read { store throws(Refusal) in try store.credentials(of: program.id) }
        let fresh = credentials.compactMap { credential in uses?.pending(credential.id) }
        return (credentials.compactMap(\.lastUse) + fresh).max { $0.at < $1.at }
    }
}
