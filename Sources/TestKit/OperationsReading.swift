public import Domain
public import Foundation
public import Ports
public import Secrets
import Store

/// What the store says afterwards.
extension Workshop {
    public func stored(_ username: String) async throws(Refusal) -> User {
        try await store.read { (reader) throws(Refusal) in
            guard let user = try reader.user(named: username) else { throw .noSuchUser }
            return user
        }
    }

    public func hasPreparedPassword(_ user: User) async throws(Refusal) -> Bool {
        try await store.read { (reader) throws(Refusal) in try reader.preparedPassword(of: user.id) != nil }
    }

    public func credentials(of user: User) async throws(Refusal) -> [StoredCredential] {
        try await store.read { (reader) throws(Refusal) in try reader.credentials(of: user.id) }
    }

    /// Letters for a user that still have their content, newest first.
    public func letters(for user: User) async throws(Refusal) -> [Letter] {
        try await store.read { (reader) throws(Refusal) in
            var letters: [Letter] = []
            for letter in try reader.letters(LetterQuery(.user(user.id), limit: 1000)) {
                if let content = try reader.content(of: letter.id) { letters.append(content) }
            }
            return letters
        }
    }

    /// The addresses and kinds of all letters, oldest first.
    public func mail() async throws(Refusal) -> [String] {
        try await store.read { (reader) throws(Refusal) in
            try reader.letters(LetterQuery(.all, limit: 10_000)).reversed().map { "\($0.kind.rawValue) to \($0.to.text)" }
        }
    }

    public func newestLetter(for user: User, _ kind: LetterKind) async throws(Refusal) -> Letter {
        guard let letter = try await letters(for: user).first(where: { $0.kind == kind }) else { throw .notFound }
        return letter
    }

    /// What stands in the link of the newest letter of that kind.
    public func tokenInNewestLetter(for user: User, _ kind: LetterKind) async throws(Refusal) -> Token {
        guard let text = try await newestLetter(for: user, kind).token, let token = Token(parsing: text) else { throw .notFound }
        return token
    }

    /// Mail 2's password.
    public func passwordInNewestLetter(for user: User) async throws(Refusal) -> String {
        guard case .preparedPassword(_, _, let password, _, _) = try await newestLetter(for: user, .preparedPassword) else { throw .notFound }
        return password
    }

    /// The mail server takes everything that is queued.
    public func mailServerTakesAll() async throws(Refusal) {
        let now = now
        try await store.note { (notes) throws(Refusal) in
            for letter in try notes.letters(LetterQuery(.due(now), limit: 10_000)) {
                try notes.record(.accepted(reply: "250 ok"), for: letter.id, at: now)
            }
        }
    }

    /// The audit trail, oldest first.
    public func trail(about user: User? = nil) async throws(Refusal) -> [AuditEntry] {
        try await store.read { (reader) throws(Refusal) in
            try reader.audit(AuditQuery(about: user?.id, limit: 100_000)).reversed().map(\.entry)
        }
    }

    public func newestEntry() async throws(Refusal) -> AuditEntry {
        guard let entry = try await trail().last else { throw .notFound }
        return entry
    }

    /// Everything on disk: the database, its write-ahead log and its index.
    public func bytesOnDisk() throws -> Data {
        try ["", "-wal", "-shm"].map { "\(store.path)\($0)" }.filter(FileManager.default.fileExists(atPath:)).reduce(into: Data()) { all, path in
            all.append(try Data(contentsOf: URL(filePath: path)))
        }
    }

    /// In which spellings a secret lies on disk; empty when it does not.
    public func spellingsOnDisk(of secret: String) throws -> [String] {
        let bytes = try bytesOnDisk()
        let spellings = [
            "plain": secret, "base64": Data(secret.utf8).base64EncodedString().trimmingCharacters(in: ["="]),
            "percent-encoded": secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret,
            "hexadecimal": secret.utf8.map { String($0, radix: 16) }.joined(),
        ]
        return spellings.filter { bytes.range(of: Data($0.value.utf8)) != nil }.keys.sorted()
    }
}

extension Letter {
    /// What its link carries.
    public var token: String? {
        switch self {
        case .verification(_, _, _, _, let token, _), .reminder(_, _, _, _, let token, _), .collectPassword(_, _, let token, _),
            .reset(_, _, let token, _, _, _),
            .confirmEmail(_, _, _, let token, _), .emailBeingChanged(_, _, _, let token, _):
            token
        case .preparedPassword, .passwordChanged, .newDevice, .userLocked, .wrongPhone, .locked, .accessChanged, .madeAdmin, .test, .passwordRotated,
            .oldPasswordInUse, .passwordDue, .passwordEnded:
            nil
        }
    }
}

extension AuditEntry {
    /// The reason of a refusal; `done` for what was done.
    public var outcome: String {
        switch result {
        case .done: "done"
        case .refused(let reason): reason
        }
    }
}

extension Workshop {
    /// How many sessions there are, of whomever.
    public func sessionCount() async throws(Refusal) -> Int {
        try await store.read { (reader) throws(Refusal) in
            var count = 0
            for row in try reader.users(UserQuery(accounts: nil, hidesOperators: false, limit: 1000), now: Instant(milliseconds: 0)).rows {
                count += try reader.sessions(of: row.user.id).count
            }
            return count
        }
    }

    /// Every letter that is due is held, as without a mail server.
    public func holdMail() async throws(Refusal) {
        let now = now
        try await store.note { (notes) throws(Refusal) in
            for letter in try notes.letters(LetterQuery(.due(now), limit: 1000)) { try notes.record(.held, for: letter.id, at: now) }
        }
    }
}
