import Catalogue
import Domain
import Ports

extension StoreReader {
    /// The roles an account may hand out: those that need no contract, and those it has one for. `nil`: no such account.
    func entitled(_ account: Identifier<Account>, in catalogue: CompiledCatalogue) throws(Refusal) -> Set<String>? {
        guard let contracts = try contracts(of: account) else { return nil }
        return Set(catalogue.roles.filter { !$0.byContract || contracts.contains($0.id.rawValue) }.map(\.id.rawValue))
    }

    /// Every fault of grants that this caller wants to give.
    func faults(in grants: Grants, by caller: Caller, kept: Grants, _ catalogue: CompiledCatalogue) throws(Refusal) -> [FieldFault] {
        var entitled: [Identifier<Account>: Set<String>] = [:]
        for account in grants.keys { entitled[account] = try self.entitled(account, in: catalogue) }
        let known = Set(catalogue.roles.map(\.id.rawValue))
        return AuthorityRules.faults(in: grants, by: caller, kept: kept, known: known) { entitled[$0] }
    }

    /// Refuses a change that would leave an account without an admin, or the installation without an operator.
    func confirmManagement(before: User, after: User) throws(Refusal) {
        var others: [Identifier<Account>: Int] = [:]
        for account in before.accounts { others[account] = try activeAdmins(of: account, besides: before.id) }
        let operators = try activeOperators(besides: before.id)
        if let denial = LastAdminRule.denial(before: before, after: after, otherAdmins: { others[$0] ?? 0 }, otherOperators: operators) {
            throw .denied(denial)
        }
    }

    /// A user the caller may see, or a refusal that tells nobody whether it exists.
    func visibleUser(_ username: String, to caller: Caller) throws(Refusal) -> User {
        guard let user = try user(named: username), AuthorityRules.maySee(caller, user) || user.id == caller.id else { throw .noSuchUser }
        return user
    }

    /// A user all of whose accounts the caller has.
    func fullyOwnedUser(_ username: String, by caller: Caller) throws(Refusal) -> User {
        let user = try visibleUser(username, to: caller)
        if let denial = AuthorityRules.denialOfFullChange(caller, user) { throw .denied(denial) }
        return user
    }

    /// How the acting user is called in letters.
    func displayName(_ actor: AuditActor) throws(Refusal) -> String {
        switch actor {
        case .user(let id, let username): try user(id)?.name.full ?? username
        case .commandLine, .setup, .system, .stranger: "The operator"
        }
    }

    /// The account a letter to this user names: the lowest id.
    func accountLine(_ user: User) throws(Refusal) -> Letter.AccountLine {
        guard let id = user.accounts.min(), let account = try account(id) else { return Letter.AccountLine(id: Identifier(0), name: "Latchkey") }
        return Letter.AccountLine(id: id, name: account.name)
    }
}
