import Domain
import Ports

/// One letter of every kind, with facts that a test can look for.
enum EveryLetter {
    static let end = Instant(milliseconds: 1_795_788_300_000)  // 27 November 2026, 14:05 UTC
    static let token = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6"
    static let password = "lk_0aB9 <secret> & \"more\"  =3D.x"
    static let account = Letter.AccountLine(id: Identifier(920_012), name: "Acme East")

    static func all(first: String = "Jo", username: String = "jdoe", account: Letter.AccountLine = account, by: String = "Ana Ruiz") -> [Letter] {
        [
            .verification(first: first, username: username, addedBy: by, account: account, token: token, expiresAt: end),
            .preparedPassword(first: first, username: username, password: password, usesAPI: true, mustChoose: false),
            .preparedPassword(first: first, username: username, password: password, usesAPI: false, mustChoose: true),
            .collectPassword(first: first, username: username, token: token, expiresAt: end),
            .reset(first: first, username: username, token: token, expiresAt: end, address: "203.0.113.7", client: by),
            .passwordChanged(first: first, username: username, at: end, address: "203.0.113.7", client: by),
            .wrongPhone(first: first, username: username, userName: by, at: end, address: "203.0.113.7"),
            .locked(first: first, username: username, failures: 10, until: end, address: "203.0.113.7"),
            .confirmEmail(first: first, username: username, newAddress: "new@example.org", token: token, expiresAt: end),
            .emailBeingChanged(first: first, username: username, newAddressMasked: "n…@example.org", token: token, expiresAt: end),
            .accessChanged(first: first, username: username, changedBy: by, lines: ["Voice added in 920012", by]),
            .madeAdmin(first: first, username: username, userName: by, madeBy: by, account: account, at: end),
            .test(first: first, at: end),
            .reminder(first: first, username: username, account: account, sentAt: end, token: token, expiresAt: end),
            .newDevice(first: first, username: username, at: end, address: "203.0.113.7", client: by),
            .userLocked(first: first, username: username, userName: by, failures: 10, until: end, address: "203.0.113.7"),
            .passwordRotated(
                first: first, username: username, rotatedBy: by, at: end, oldEndsAt: end, addresses: ["203.0.113.7", "203.0.113.8"]),
            .oldPasswordInUse(
                first: first, username: username, endsAt: end, at: end - .minutes(90), calls: 12, addresses: ["203.0.113.7"], mayExtend: true),
            .passwordDue(first: first, username: username, dueAt: end, days: 3, lastUsed: end, lastAddress: "203.0.113.7"),
            .passwordEnded(first: first, username: username, at: end, refused: 4),
        ]
    }

    /// What of a letter nobody else may read.
    static func secrets(of letter: Letter) -> [String] {
        switch letter {
        case .verification, .reminder, .collectPassword, .reset, .confirmEmail, .emailBeingChanged: [token]
        case .preparedPassword: [password]
        case .passwordChanged, .newDevice, .userLocked, .wrongPhone, .locked, .accessChanged, .madeAdmin, .test, .passwordRotated, .oldPasswordInUse,
            .passwordDue, .passwordEnded:
            []
        }
    }

    /// Where its button leads.
    static func link(of letter: Letter) -> String? {
        switch letter {
        case .verification, .reminder: "https://id.example.com/verify/\(token)"
        case .preparedPassword, .test: nil
        case .collectPassword: "https://id.example.com/collect/\(token)"
        case .reset: "https://id.example.com/password/\(token)"
        case .passwordChanged, .newDevice: "https://id.example.com/forgot"
        case .wrongPhone, .madeAdmin, .userLocked: "https://id.example.com/account/users/jdoe"
        case .locked, .accessChanged: "https://id.example.com/profile"
        case .passwordRotated, .oldPasswordInUse: "https://id.example.com/credentials/jdoe"
        case .passwordDue, .passwordEnded: "https://id.example.com/credentials/jdoe/rotate"
        case .confirmEmail: "https://id.example.com/email/\(token)"
        case .emailBeingChanged: "https://id.example.com/email/\(token)/stop"
        }
    }
}

extension String {
    /// How often a text stands in this one.
    func count(of text: String) -> Int { ranges(of: text).count }
}
