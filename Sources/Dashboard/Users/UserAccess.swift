import Catalogue
import Domain
import HTTPSupport
import Operations

/// The second part of a user's page: level, access methods, accounts and roles, one Save.
struct UserAccess: Sendable {
    let form: FormTarget
    let version: String
    let level: Picks?
    let access: Picks?
    /// What stands where a control is missing.
    let fixed: Facts?
    let reasons: [Notice]
    let boxes: AccountBoxes
    /// Accounts of the user that the caller does not have.
    let foreign: String?
}

extension UserAccess {
    /// What the part needs to know besides the user.
    struct Setting: Sendable {
        let form: FormTarget
        let mayMakeOperators: Bool
        let roles: [Role]
        /// The accounts in which this user is the only active admin; empty when there are others.
        let onlyAdminOf: [Account]
        let isLastOperator: Bool
    }

    init(_ detail: UserDetail, _ setting: Setting, typed: UserFields? = nil, errors: FormErrors = .none) {
        let user = detail.user
        let fields = typed ?? UserFields(user, grants: detail.visibleGrants)
        let isWhole = detail.fullChangeDenial == nil
        form = setting.form
        version = String(user.version)
        level = isWhole && !detail.isSelf ? UserInputs.level(fields.level, mayMakeOperators: setting.mayMakeOperators, errors: errors) : nil
        access = isWhole ? UserInputs.access(fields.access, errors: errors) : nil
        var fixed: [Fact] = []
        if level == nil { fixed.append(Fact(Words.levelTitle, Words.level(user.level))) }
        if access == nil { fixed.append(Fact(Words.accessTitle, Words.access(user.access))) }
        self.fixed = fixed.isEmpty ? nil : Facts(fixed)
        reasons = Self.reasons(setting, isOwnLevel: isWhole && detail.isSelf)
        boxes = AccountBoxes(
            detail.grantable, fields, kept: detail.visibleGrants, current: detail.visibleGrants.keys.min(), roles: setting.roles, errors: errors)
        foreign = detail.foreignAccounts > 0 ? Words.foreignKept(detail.foreignAccounts) : nil
    }

    /// Why some of it has to stay as it is, each with the way on.
    private static func reasons(_ setting: Setting, isOwnLevel: Bool) -> [Notice] {
        var reasons: [Notice] = []
        if isOwnLevel { reasons.append(Notice(.info, Words.ownLevelGuard)) }
        if let account = setting.onlyAdminOf.first {
            let names = setting.onlyAdminOf.map(\.name)
            reasons.append(
                Notice(.info, Words.lastAdminGuard(names), action: Anchor(Words.chooseAdmin(account.name), UserListQuery.account(account.id).link)))
        }
        if setting.isLastOperator {
            reasons.append(Notice(.info, Words.operatorGuard, action: Anchor(Words.chooseOperator, UserListQuery.level(.admin).link)))
        }
        return reasons
    }

    /// The edit that a form asks for. What the form does not show stays as it is; two empty boxes that it does show are a fault.
    static func edit(_ form: Form, _ detail: UserDetail) throws(Refusal) -> AccessEdit {
        var fields = UserFields(form)
        if detail.fullChangeDenial != nil {
            fields.level = ""
            fields.access = UserFields.words(detail.user.access)
        }
        if detail.isSelf { fields.level = "" }
        var edit = try AccessEdit(parsing: fields)
        if detail.fullChangeDenial != nil { edit.access = nil }
        return edit
    }

    /// N8: "Added Messaging in 920012."
    static func lines(_ changed: ChangedAccess, before: User, _ catalogue: CompiledCatalogue) -> [String] {
        var lines: [String] = []
        if before.level != changed.user.level { lines.append(Words.levelChanged(changed.user.level)) }
        if before.access != changed.user.access { lines.append(Words.accessChanged(changed.user.access)) }
        for line in changed.difference.lines {
            switch line.membership {
            case .given: lines.append(Words.accountGiven(line.account))
            case .taken: lines.append(Words.accountTaken(line.account))
            case .unchanged: break
            }
            if !line.added.isEmpty { lines.append(Words.rolesAdded(line.added.map(catalogue.roleName), line.account)) }
            if !line.removed.isEmpty, line.membership != .taken {
                lines.append(Words.rolesRemoved(line.removed.map(catalogue.roleName), line.account))
            }
        }
        return lines
    }
}

/// In which accounts somebody is the only active admin who can sign in.
enum SoleAdmins {
    /// - Parameter admins: every admin of the accounts.
    static func accounts(of user: User, among admins: [User]) -> [Identifier<Account>] {
        guard counts(user) else { return [] }
        let others = admins.filter { $0.id != user.id && counts($0) }
        return user.accounts.filter { account in !others.contains { $0.accounts.contains(account) } }.sorted()
    }

    static func counts(_ user: User) -> Bool { user.level == .admin && user.state.isActive && user.access.dashboard }
}
