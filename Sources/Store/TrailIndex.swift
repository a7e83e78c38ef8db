/// The index of a search in the audit trail, of the same kind as the one of users. Letters of ASCII are in lower case in it, as "LIKE" compares.
extension Dialect {
    /// Columns that a search looks through. Released with the index.
    static let trailFields = ["actor_username", "target_username", "address", "reason", "changes", "request_id"]

    /// Statements that make the index, fill it, and keep it.
    var trailIndex: [String] {
        switch self {
        case .sqlite:
            func text(_ row: String) -> String {
                "lower(" + Self.trailFields.map { "coalesce(\(row)\($0), '')" }.joined(separator: " || char(10) || ") + ")"
            }
            return [
                """
                CREATE VIRTUAL TABLE audit_search
                USING fts5(text, content = '', tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)
                """,
                "INSERT INTO audit_search (rowid, text) SELECT number, \(text("")) FROM audit",
                """
                CREATE TRIGGER audit_search_added AFTER INSERT ON audit
                BEGIN INSERT INTO audit_search (rowid, text) VALUES (new.number, \(text("new."))); END
                """,
            ]
        }
    }

    /// What entries match whose text may hold this one; `nil` when it is too short for the index.
    static func trailExpression(_ text: String) -> String? {
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return expression([String(decoding: text.utf8.map { letters.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)])
    }
}
