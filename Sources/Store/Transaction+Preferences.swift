import Domain
import Ports
import Secrets

/// What people prefer, and forms that wait.
extension Transaction {
    func preferences(of user: Identifier<User>) throws(Refusal) -> Preferences {
        try first(
            "SELECT theme, time_zone, clock_face, single_keys, muted, first_steps FROM preferences WHERE user_id = $1", [user], Preferences.init(row:)
        )
            ?? .initial
    }

    func save(_ preferences: Preferences, of user: Identifier<User>) throws(Refusal) {
        let muted = preferences.muted.map(\.rawValue).sorted().joined(separator: " ")
        try execute(
            """
            INSERT INTO preferences (user_id, theme, time_zone, clock_face, single_keys, muted, first_steps) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (user_id) DO UPDATE SET theme = $2, time_zone = $3, clock_face = $4, single_keys = $5, muted = $6, first_steps = $7
            """,
            [
                user, preferences.theme.rawValue, preferences.timeZone, preferences.clockFace.rawValue, preferences.singleKeys, muted,
                preferences.firstSteps,
            ])
    }

    /// As many forms wait at the most.
    static let keptForms = 500

    func keptForm(_ digest: Digest, now: Instant) throws(Refusal) -> [UInt8]? {
        try first("SELECT sealed FROM kept_forms WHERE digest = $1 AND kept_at > $2", [digest, now - Lifetimes.keptForm]) {
            (row) throws(SQLFault) in try row.bytes("sealed")
        }
    }

    func keep(_ form: Digest, _ sealed: [UInt8], at: Instant) throws(Refusal) {
        try execute("INSERT INTO kept_forms (digest, sealed, kept_at) VALUES ($1, $2, $3)", [form, sealed, at])
        try execute(
            """
            DELETE FROM kept_forms WHERE digest IN (
                SELECT digest FROM kept_forms ORDER BY kept_at DESC, digest LIMIT 1000 OFFSET \(Self.keptForms))
            """)
    }

    func dropForm(_ digest: Digest) throws(Refusal) {
        try execute("DELETE FROM kept_forms WHERE digest = $1", [digest])
    }
}

extension Preferences {
    /// A topic that this version does not know is one that nobody mutes here.
    fileprivate init(row: SQLRow) throws(SQLFault) {
        self.init(
            theme: try row.word("theme"), timeZone: try row.text("time_zone"), clockFace: try row.word("clock_face"),
            singleKeys: try row.bool("single_keys"),
            muted: Set(try row.text("muted").split(separator: " ").compactMap { LetterTopic(rawValue: String($0)) }),
            firstSteps: try row.bool("first_steps"))
    }
}
