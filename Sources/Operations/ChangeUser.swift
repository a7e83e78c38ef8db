public import Catalogue
public import Domain
import Ports
import Secrets

/// An admin corrects names and phone; and the email of a user that is still waiting (who then gets a new mail 1).
public struct ChangeDetails: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter version: what the caller read; a newer stored version is `.conflict`.
    public func callAsFunction(
        as admin: AdminCaller, _ username: String, version: Int64, _ details: UserDetails
    ) async throws(Refusal) -> User {
        let token = Token(entropy: instruments.entropy)
        let digest = instruments.digest(token, .verification)
        let change = try await EmailChange.prepare(instruments)
        return try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let before = try store.fullyOwnedUser(username, by: caller)
            guard before.version == version else { throw .conflict(currentVersion: before.version) }
            var after = before
            after.name = details.name
            after.phone = details.phone
            let newAddress = details.email != before.email
            if newAddress, before.state.progress == .waiting { after.email = details.email }
            let saved = try store.save(after)
            if newAddress {
                if before.state.progress == .waiting {
                    try Invitation.send(to: saved, token: token, digest: digest, by: admin.origin, now: admin.now, in: store)
                } else {
                    try change.ask(saved, newAddress: details.email, now: admin.now, in: store)
                }
            }
            let changes = UserDetails.changes(before: before, after: saved, asked: details.email)
            return Audited(saved, AuditEntry(.userChanged, admin.circumstances, by: admin.origin, on: saved, changes: changes))
        }
    }
}

/// Names, email and phone, proven to be well-formed.
public struct UserDetails: Sendable, Hashable {
    public let name: PersonName
    public let email: EmailAddress
    public let phone: PhoneNumber

    public init(parsing fields: UserFields) throws(Refusal) {
        var faults: [FieldFault] = []
        let name = UserDraft.name(fields, &faults)
        let email = UserDraft.collect(&faults) { () throws(FieldFault) in try EmailAddress(parsing: fields.email) }
        let phone = UserDraft.collect(&faults) { () throws(FieldFault) in try PhoneNumber(parsing: fields.phone) }
        guard faults.isEmpty, let name, let email, let phone else { throw .invalid(faults) }
        self.name = name
        self.email = email
        self.phone = phone
    }

    static func changes(before: User, after: User, asked: EmailAddress) -> [AuditChange] {
        var changes: [AuditChange] = []
        if before.name != after.name { changes.append(AuditChange("name", before: before.name.full, after: after.name.full)) }
        if before.email != after.email { changes.append(AuditChange("email", before: before.email.text, after: after.email.text)) }
        if asked != after.email { changes.append(AuditChange("email asked for", before: after.email.text, after: asked.text)) }
        if before.phone != after.phone { changes.append(AuditChange("phone", before: before.phone.digits, after: after.phone.digits)) }
        return changes
    }
}

/// What an access form says. `nil` leaves a thing as it is.
public struct AccessEdit: Sendable, Hashable {
    public var level: AdministrationLevel?
    public var access: AccessMethods?
    /// For the caller's own accounts only: what the user shall have there. An account left out is taken away; accounts the caller does
    /// not have cannot be named here and stay untouched.
    public var grants: Grants

    public init(level: AdministrationLevel?, access: AccessMethods?, grants: Grants) {
        self.level = level
        self.access = access
        self.grants = grants
    }

    /// From a form. A field that the form does not have (for a user with foreign accounts) is empty and stays as it is.
    public init(parsing fields: UserFields) throws(Refusal) {
        var faults: [FieldFault] = []
        level = fields.level.isEmpty ? nil : UserDraft.collect(&faults) { () throws(FieldFault) in try AdministrationLevel(field: fields.level) }
        access = UserDraft.collect(&faults) { () throws(FieldFault) in try AccessMethods(fields: fields.access) }
        grants = UserDraft.grants(fields, &faults)
        faults.removeAll { $0 == .accounts(.missing) }
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}

/// What changing access brought about.
public struct ChangedAccess: Sendable {
    public let user: User
    public let difference: AccessDifference
}

/// An admin changes level, access methods, accounts and roles.
public struct ChangeAccess: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func callAsFunction(
        as admin: AdminCaller, _ username: String, version: Int64, _ edit: AccessEdit
    ) async throws(Refusal) -> ChangedAccess {
        let catalogue = instruments.catalogue.value
        return try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            let before = try store.visibleUser(username, to: caller)
            if let denial = AuthorityRules.denialOfSharedChange(caller, before) { throw .denied(denial) }
            guard before.version == version else { throw .conflict(currentVersion: before.version) }
            var after = before
            try Self.applyEverywhere(edit, to: &after, by: caller)
            try Self.applyGrants(edit, to: &after, by: caller, in: store, catalogue)
            if after.access.isDashboardOnly, !before.access.isDashboardOnly, try store.credentials(of: before.id).contains(where: \.knownByAdmin) {
                after.mustChoosePassword = true
            }
            try store.confirmManagement(before: before, after: after)
            let saved = try store.save(after)
            if before.level > saved.level || (before.access.dashboard && !saved.access.dashboard) {
                try store.endSessions(of: saved.id, besides: nil)
            }
            let difference = AccessDifference(before: before.grants, after: saved.grants)
            try Self.tell(before: before, saved, difference, by: admin, catalogue, in: store)
            return Audited(
                ChangedAccess(user: saved, difference: difference),
                AuditEntry(
                    .accessChanged, admin.circumstances, by: admin.origin, on: saved,
                    changes: Self.changes(before, saved) + difference.changes))
        }
    }

    /// Level and access methods act in every account: they need all of the user's accounts.
    private static func applyEverywhere(_ edit: AccessEdit, to user: inout User, by caller: Caller) throws(Refusal) {
        let level = edit.level ?? user.level
        let access = edit.access ?? user.access
        guard level != user.level || access != user.access else { return }
        if let denial = AuthorityRules.denialOfFullChange(caller, user) { throw .denied(denial) }
        if level != user.level {
            if user.id == caller.id { throw .denied(.ownLevel) }
            guard AuthorityRules.mayGrant(caller, level: level) else { throw .invalid([.level(.notYours)]) }
        }
        user.level = level
        user.access = access
    }

    private static func applyGrants(
        _ edit: AccessEdit, to user: inout User, by caller: Caller, in store: any StoreReader, _ catalogue: CompiledCatalogue
    ) throws(Refusal) {
        let faults = try store.faults(in: edit.grants, by: caller, kept: user.grants, catalogue)
        guard faults.isEmpty else { throw .invalid(faults) }
        let foreign = user.grants.filter { !caller.has($0.key) }
        let grants = foreign.merging(edit.grants) { _, new in new }
        guard !grants.isEmpty || user.level == .operator else { throw .invalid([.accounts(.missing)]) }
        user.grants = grants
    }

    private static func changes(_ before: User, _ after: User) -> [AuditChange] {
        var changes: [AuditChange] = []
        if before.level != after.level { changes.append(AuditChange("level", before: before.level.rawValue, after: after.level.rawValue)) }
        if before.access != after.access { changes.append(AuditChange("access", before: before.access.words, after: after.access.words)) }
        return changes
    }

    /// The user hears what changed; the other admins hear of a new admin.
    private static func tell(
        before: User, _ user: User, _ difference: AccessDifference, by admin: AdminCaller, _ catalogue: CompiledCatalogue,
        in store: any StoreWriter
    ) throws(Refusal) {
        let name = try store.displayName(admin.origin)
        let lines = Self.changes(before, user).map { "\($0.field): \($0.before ?? "") → \($0.after ?? "")" } + words(difference, catalogue)
        if !lines.isEmpty, user.state.progress != .waiting, user.id != admin.userID {
            try store.enqueue(
                .accessChanged(first: user.name.first, username: user.username.text, changedBy: name, lines: lines), to: user.email,
                user: user.id, at: admin.now)
        }
        guard user.level >= .admin else { return }
        // Raised: in every account. An admin already: in the accounts that are new.
        let known = before.level >= .admin ? before.accounts : []
        var told: Set<Identifier<User>> = [user.id]
        for id in user.accounts.subtracting(known).sorted() {
            guard let account = try store.account(id) else { continue }
            for other in try store.admins(of: id, limit: 100) where other.id != admin.userID && told.insert(other.id).inserted {
                try store.enqueue(
                    .madeAdmin(
                        first: other.name.first, username: user.username.text, userName: user.name.full, madeBy: name,
                        account: Letter.AccountLine(id: id, name: account.name), at: admin.now), to: other.email, user: other.id, at: admin.now)
            }
        }
    }

    private static func words(_ difference: AccessDifference, _ catalogue: CompiledCatalogue) -> [String] {
        difference.lines.flatMap { line in
            var lines: [String] = []
            switch line.membership {
            case .given: lines.append("Account \(line.account) added")
            case .taken: lines.append("Account \(line.account) removed")
            case .unchanged: break
            }
            lines += line.added.map { "\(catalogue.roleName($0)) added in \(line.account)" }
            lines += line.removed.map { "\(catalogue.roleName($0)) removed in \(line.account)" }
            return lines
        }
    }
}

extension CompiledCatalogue {
    /// A role's name for people; its id if the catalogue does not have it any more.
    public func roleName(_ id: String) -> String { RoleID(parsing: id).flatMap { role($0) }?.name ?? id }
}
