public import Domain
import Ports
public import Secrets

/// What the verification page shows before anything is done.
public struct VerificationFacts: Sendable, Hashable {
    public let username: String
    public let name: PersonName
    public let accountID: Identifier<Account>
    public let accountName: String
    public let addedBy: String
    public let triesLeft: Int
}

/// What comes after a right phone number.
public enum Verified: Sendable {
    /// Choose a password next: the token opens that page.
    case choosePassword(Token)
    /// Mail 2 brings the password.
    case passwordMailed(username: String)
    /// Mail 2 brings a link that shows the password once.
    case linkMailed(username: String)
}

/// The invited user proves mailbox and phone.
public struct VerifyUser: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// For the page; changes nothing.
    public func show(_ token: Token, now: Instant) async throws(Refusal) -> VerificationFacts {
        let digest = instruments.digest(token, .verification)
        return try await instruments.store.read { store throws(Refusal) in
            let (link, user) = try store.usable(digest, .verification, now: now)
            let account = try store.accountLine(user)
            return VerificationFacts(
                username: user.username.text, name: user.name, accountID: account.id, accountName: account.name,
                addedBy: try Self.adder(of: user, in: store), triesLeft: Lifetimes.phoneTries - link.wrongTries)
        }
    }

    /// Who added the user of a link, whatever became of the link: whom to ask.
    public func adder(_ token: Token) async throws(Refusal) -> String {
        let digest = instruments.digest(token, .verification)
        return try await instruments.store.read { store throws(Refusal) in
            guard let link = try store.link(digest), link.purpose == .verification, let id = link.user, let user = try store.user(id) else {
                throw .link(.unknown)
            }
            return try Self.adder(of: user, in: store)
        }
    }

    /// - Parameter phone: as typed. A number that cannot be one costs no try.
    public func callAsFunction(_ token: Token, phone: String, _ circumstances: Circumstances) async throws(Refusal) -> Verified {
        let phone = try PhoneNumber.refusing(phone)
        let digest = instruments.digest(token, .verification)
        let next = Next(instruments)
        let instruments = instruments
        let outcome = try await instruments.store.change { store throws(Refusal) -> Audited<Result<Verified, Refusal>> in
            let (link, user) = try store.usable(digest, .verification, now: circumstances.now)
            guard user.state.progress == .waiting else { throw .link(.used) }
            guard phone == user.phone else { return try Self.wrongPhone(link, user, circumstances, in: store) }
            let verified = try Self.advance(user, next, instruments, circumstances, in: store)
            try store.setLink(digest, .used(at: circumstances.now), wrongTries: link.wrongTries)
            return Audited(.success(verified), AuditEntry(.verified, circumstances, by: .user(user.id, username: user.username.text), on: user))
        }
        return try outcome.get()
    }

    /// Tokens for either continuation, made outside the transaction, since that may run twice.
    private struct Next: Sendable {
        let choose: Token
        let chooseDigest: Digest
        let collect: Token
        let collectDigest: Digest

        init(_ instruments: Instruments) {
            choose = Token(entropy: instruments.entropy)
            collect = Token(entropy: instruments.entropy)
            chooseDigest = instruments.digest(choose, .choosePassword)
            collectDigest = instruments.digest(collect, .collect)
        }
    }

    /// One try less; after the fifth the link is dead, the prepared password erased, and the adding admin told.
    private static func wrongPhone(
        _ link: Link, _ user: User, _ circumstances: Circumstances, in store: any StoreWriter
    ) throws(Refusal) -> Audited<Result<Verified, Refusal>> {
        let tries = link.wrongTries + 1
        let left = Lifetimes.phoneTries - tries
        guard left <= 0 else {
            try store.setLink(link.digest, .open, wrongTries: tries)
            return Audited(
                .failure(.link(.wrongPhone(triesLeft: left))),
                AuditEntry(.verificationFailed, circumstances, by: .stranger, on: user, result: .refused(reason: "wrong-phone")))
        }
        try store.setLink(link.digest, .closed, wrongTries: tries)
        try InvitationEnd.erase(user, in: store)
        if let adder = try user.createdBy.flatMap({ id throws(Refusal) in try store.user(id) }) {
            try store.enqueue(
                .wrongPhone(
                    first: adder.name.first, username: user.username.text, userName: user.name.full, at: circumstances.now,
                    address: circumstances.address ?? "the server"), to: adder.email, user: adder.id, at: circumstances.now)
        }
        return Audited(
            .failure(.link(.closed)),
            AuditEntry(.verificationClosed, circumstances, by: .stranger, on: user, result: .refused(reason: "wrong-phone-five-times")))
    }

    private static func advance(
        _ user: User, _ next: Next, _ instruments: Instruments, _ circumstances: Circumstances, in store: any StoreWriter
    ) throws(Refusal) -> Verified {
        var after = user
        let prepared = try store.preparedPassword(of: user.id)
        after.state = user.state.advanced(to: prepared == nil ? .needsPassword : .active)
        let saved = try store.save(after)
        guard let prepared else {
            // One whose sealed form time has erased is nobody's password any more.
            try store.endCredentials(of: user.id)
            try store.insert(
                NewLink(
                    digest: next.chooseDigest, purpose: .choosePassword, user: user.id, createdAt: circumstances.now,
                    expiresAt: circumstances.now + (try store.settings().passwordLink)))
            return .choosePassword(next.choose)
        }
        switch try store.settings().passwordDelivery {
        case .email:
            let password = try instruments.openPrepared(prepared, of: user)
            try store.enqueue(
                .preparedPassword(
                    first: user.name.first, username: user.username.text, password: password.reveal(), usesAPI: user.access.api,
                    mustChoose: user.mustChoosePassword), to: saved.email, user: user.id, at: circumstances.now)
            try store.erasePreparedPassword(of: user.id)
            return .passwordMailed(username: user.username.text)
        case .link:
            let expiresAt = try circumstances.now + store.settings().passwordLink
            try store.insert(
                NewLink(digest: next.collectDigest, purpose: .collect, user: user.id, createdAt: circumstances.now, expiresAt: expiresAt))
            try store.enqueue(
                .collectPassword(
                    first: user.name.first, username: user.username.text, token: next.collect.text, expiresAt: expiresAt), to: saved.email,
                user: user.id, at: circumstances.now)
            return .linkMailed(username: user.username.text)
        }
    }

    static func adder(of user: User, in store: any StoreReader) throws(Refusal) -> String {
        try user.createdBy.flatMap { id throws(Refusal) in try store.user(id)?.name.full } ?? "your admin"
    }
}

/// When an invitation ends unused, the password that an admin prepared goes with it: the user will choose their own.
enum InvitationEnd {
    static func erase(_ user: User, in store: any StoreWriter) throws(Refusal) {
        try store.erasePreparedPassword(of: user.id)
        try store.endCredentials(of: user.id)
    }
}

extension PhoneNumber {
    static func refusing(_ text: String) throws(Refusal) -> PhoneNumber {
        do { return try PhoneNumber(parsing: text) } catch { throw .invalid([error]) }
    }
}

/// A password that an admin prepared, shown once behind mail 2's link.
public struct CollectPassword: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// The username, for the page; changes nothing.
    public func show(_ token: Token, now: Instant) async throws(Refusal) -> String {
        let digest = instruments.digest(token, .collect)
        return try await instruments.store.read { store throws(Refusal) in
            try store.usable(digest, .collect, now: now).1.username.text
        }
    }

    public func callAsFunction(_ token: Token, _ circumstances: Circumstances) async throws(Refusal) -> CollectedPassword {
        let digest = instruments.digest(token, .collect)
        let (user, prepared) = try await instruments.store.change { store throws(Refusal) in
            let (_, user) = try store.usable(digest, .collect, now: circumstances.now)
            guard let prepared = try store.preparedPassword(of: user.id) else { throw .link(.alreadyShown) }
            try store.setLink(digest, .used(at: circumstances.now), wrongTries: 0)
            try store.erasePreparedPassword(of: user.id)
            return Audited(
                (user, prepared), AuditEntry(.passwordCollected, circumstances, by: .user(user.id, username: user.username.text), on: user))
        }
        return try CollectedPassword(user: user, password: instruments.openPrepared(prepared, of: user))
    }
}

/// For one answer only.
public struct CollectedPassword: ~Copyable, Sendable {
    public let user: User
    public let password: Secret
}
