import Catalogue
public import Domain
import Ports
public import Secrets

/// What adding a user brought about.
public struct AddedUser: ~Copyable, Sendable {
    public let user: User
    /// The generated password, to be shown to the admin on this one answer. `nil` for the other choices.
    public let generated: Secret?
}

/// An admin adds a user: the rules of who may grant what, a fresh link (its digest is kept), mail 1 and the audit entry, all in one transaction.
public struct AddUser: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func callAsFunction(
        as admin: AdminCaller, _ draft: UserDraft, password: consuming PasswordChoice
    ) async throws(Refusal) -> AddedUser {
        let prepared = try await prepare(password, for: draft, by: admin)
        let token = Token(entropy: instruments.entropy)
        let link = instruments.digest(token, .verification)
        let catalogue = instruments.catalogue.value
        let hash = prepared.hash
        let sealed = prepared.sealed
        let user = try await instruments.store.change { store throws(Refusal) in
            let caller = try admin.current(in: store)
            try Self.check(draft, by: caller, in: store, catalogue)
            let user = try store.insert(Self.newUser(draft, by: admin, hash: hash))
            if let hash {
                try store.replaceCredentials(of: user.id, with: NewCredential(hash: hash, madeAt: admin.now, knownByAdmin: true))
            }
            if let sealed { try store.keepPreparedPassword(PreparedPassword(sealed: sealed, madeAt: admin.now), for: user.id) }
            try Invitation.send(to: user, token: token, digest: link, by: admin.origin, now: admin.now, in: store)
            return Audited(user, AuditEntry(.userAdded, admin.circumstances, by: admin.origin, on: user, changes: Self.changes(user)))
        }
        return AddedUser(user: user, generated: prepared.takeGenerated())
    }

    /// Level, password and grants by this caller: all faults together, in the order of the form.
    private static func check(
        _ draft: UserDraft, password: FieldFault? = nil, by caller: Caller, in store: any StoreReader, _ catalogue: CompiledCatalogue
    ) throws(Refusal) {
        var faults: [FieldFault] = []
        // Both at once; the constraints still have the last word.
        if try store.user(foldedName: draft.username.folded) != nil { faults.append(.username(.taken)) }
        if try store.user(foldedEmail: draft.email.folded) != nil { faults.append(.email(.taken)) }
        if !AuthorityRules.mayGrant(caller, level: draft.level) { faults.append(.level(.notYours)) }
        if let password { faults.append(password) }
        faults += try store.faults(in: draft.grants, by: caller, kept: [:], catalogue)
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func newUser(_ draft: UserDraft, by admin: AdminCaller, hash: StoredHash?) -> NewUser {
        NewUser(
            username: draft.username, name: draft.name, email: draft.email, phone: draft.phone, level: draft.level, access: draft.access,
            progress: .waiting, mustChoosePassword: hash != nil && draft.access.isDashboardOnly,
            passwordChangedAt: hash == nil ? nil : admin.now, createdAt: admin.now, createdBy: admin.userID, grants: draft.grants)
    }

    private static func changes(_ user: User) -> [AuditChange] {
        [
            AuditChange("name", before: nil, after: user.name.full),
            AuditChange("email", before: nil, after: user.email.text),
            AuditChange("level", before: nil, after: user.level.rawValue),
            AuditChange("access", before: nil, after: user.access.words),
        ] + AccessDifference(before: [:], after: user.grants).changes
    }

    /// A password an admin set: checked, hashed for the gate, sealed for mail 2.
    private func prepare(
        _ choice: consuming PasswordChoice, for draft: UserDraft, by admin: AdminCaller
    ) async throws(Refusal) -> Prepared {
        switch consume choice {
        case .own:
            return Prepared(hash: nil, sealed: nil, generated: nil)
        case .generated:
            let password = GeneratedPassword.make(instruments.entropy)
            return try await Prepared(
                hash: instruments.hash(password), sealed: instruments.sealPrepared(password, for: draft.username), generated: password)
        case .typed(let password):
            let settings = try await instruments.store.read { store throws(Refusal) in try store.settings() }
            let subject = PasswordPolicy.Subject(username: draft.username, name: draft.name, email: draft.email, access: draft.access)
            if let fault = instruments.fault(in: password, for: subject, settings) {
                // Together with the others, which the transaction would find.
                let catalogue = instruments.catalogue.value
                try await instruments.store.read { store throws(Refusal) in
                    try Self.check(draft, password: fault, by: admin.current(in: store), in: store, catalogue)
                }
                throw .invalid([fault])
            }
            return try await Prepared(
                hash: instruments.hash(password), sealed: instruments.sealPrepared(password, for: draft.username), generated: nil)
        }
    }

    private struct Prepared: ~Copyable {
        let hash: StoredHash?
        let sealed: [UInt8]?
        let generated: Secret?

        consuming func takeGenerated() -> Secret? { generated }
    }
}

extension Instruments {
    /// The user's id is not known yet when the password is sealed; the username never changes.
    static func preparedContext(_ username: Username) -> String { "prepared-password.\(username.text)" }

    func sealPrepared(_ password: borrowing Secret, for username: Username) -> [UInt8] {
        sealer.seal(password, for: Self.preparedContext(username))
    }

    func openPrepared(_ prepared: PreparedPassword, of user: User) throws(Refusal) -> Secret {
        do { return try sealer.open(prepared.sealed, for: Self.preparedContext(user.username)) } catch { throw .unavailable }
    }
}
