import Domain
import Ports

/// The index of a search: SQLite's FTS5 with pieces of three letters. It holds no texts and no places in them, only which users have which
/// pieces, so whom it finds is looked at again.
extension Dialect {
    /// Statements that make the index, fill it, and keep it.
    var searchIndex: [String] {
        switch self {
        case .sqlite:
            [
                """
                CREATE VIRTUAL TABLE user_search
                USING fts5(search, content = '', tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)
                """,
                "INSERT INTO user_search (rowid, search) SELECT id, search FROM users",
                """
                CREATE TRIGGER users_search_added AFTER INSERT ON users
                BEGIN INSERT INTO user_search (rowid, search) VALUES (new.id, new.search); END
                """,
                """
                CREATE TRIGGER users_search_changed AFTER UPDATE OF search ON users WHEN old.search <> new.search BEGIN
                    INSERT INTO user_search (user_search, rowid, search) VALUES ('delete', old.id, old.search);
                    INSERT INTO user_search (rowid, search) VALUES (new.id, new.search);
                    UPDATE search_residue SET present = 1 WHERE present = 0;
                END
                """,
                """
                CREATE TRIGGER users_search_removed AFTER DELETE ON users BEGIN
                    INSERT INTO user_search (user_search, rowid, search) VALUES ('delete', old.id, old.search);
                    UPDATE search_residue SET present = 1 WHERE present = 0;
                END
                """,
            ]
        }
    }

    /// A way to the users whose text may hold one of these parts; `nil` when a part is too short for the index.
    func searchWay(_ parts: [String], _ arguments: inout SQLArguments) -> Narrowing.Way? {
        guard let expression = Self.expression(parts) else { return nil }
        return Narrowing.Way(
            "user_search d", user: "d.rowid", "user_search MATCH \(arguments.placeholder(for: expression))", isExact: false)
    }

    /// What an index is asked for texts of which one may be there; `nil` when one is too short.
    static func expression(_ parts: [String]) -> String? {
        let asked = parts.map(pieces)
        guard asked.allSatisfy({ !$0.isEmpty }) else { return nil }
        return asked.map { "(" + $0.map { "\"\($0)\"" }.joined(separator: " AND ") + ")" }.joined(separator: " OR ")
    }

    /// As many pieces tell users apart well enough; each costs a look.
    private static let mostPieces = 16

    /// Pieces of three that a text which holds this one holds too, written for the inside of quotation marks.
    private static func pieces(_ text: String) -> [String] {
        let letters = Array(text.unicodeScalars)
        // The index's reader takes it for the end of a text.
        guard letters.count >= 3, !letters.contains("\0") else { return [] }
        let last = letters.count - 3
        let starts = last < mostPieces ? Array(0...last) : (0..<mostPieces).map { $0 * last / (mostPieces - 1) }
        return starts.map { start in
            letters[start..<(start + 3)].reduce(into: "") { piece, letter in
                piece.unicodeScalars.append(letter)
                if letter == "\"" { piece.unicodeScalars.append(letter) }
            }
        }
    }
}

extension Transaction {
    /// Pages that one step writes anew: a few dozen milliseconds.
    private static let mergeStep = 500

    /// Takes a step towards an index that holds nothing of users who are gone and of texts that were changed: taking something out of it only
    /// notes that it is gone, until pages are merged.
    func sweepSearch() throws(Refusal) {
        guard
            let (present, merging) = try first(
                "SELECT present, merging FROM search_residue WHERE id = 1", [],
                { (row) throws(SQLFault) in (try row.bool("present"), try row.bool("merging")) }), present || merging
        else { return }
        if !merging { try execute("UPDATE search_residue SET present = 0, merging = 1 WHERE id = 1") }
        // A first step gathers everything there is, the others go on with it.
        let step = merging ? Self.mergeStep : -Self.mergeStep
        let before = try number("SELECT total_changes() AS n")
        try execute("INSERT INTO user_search (user_search, rank) VALUES ('merge', $1)", [step])
        // The insertion itself counts as one.
        guard try number("SELECT total_changes() AS n") - before < 2 else { return }
        try execute("UPDATE search_residue SET merging = 0 WHERE id = 1")
    }
}
