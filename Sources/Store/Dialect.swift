/// Where databases differ, by name. Everything else is written once.
enum Dialect: Sendable {
    case sqlite

    /// The type of a column of bytes.
    var bytes: String {
        switch self {
        case .sqlite: "BLOB"
        }
    }

    /// The type of a column of 64-bit integers, which moments and truth values are too.
    var integer: String {
        switch self {
        case .sqlite: "INTEGER"
        }
    }

    /// A primary key that the database gives out and never gives out again, also after a deletion.
    var generatedKey: String {
        switch self {
        case .sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT"
        }
    }

    /// What follows a table's closing bracket, so that columns hold nothing but their type.
    var tableOptions: String {
        switch self {
        case .sqlite: " STRICT"
        }
    }

    /// The same for a table that is kept in the order of its primary key and has no other number for its rows.
    var keyedTableOptions: String {
        switch self {
        case .sqlite: " STRICT, WITHOUT ROWID"
        }
    }

    /// True of a text that has nothing but ASCII digits in it.
    func onlyDigits(_ column: String) -> String {
        switch self {
        case .sqlite: "\(column) NOT GLOB '*[^0-9]*'"
        }
    }

    /// Statements after which rows of the table can be added, and neither changed nor removed.
    func appendOnly(_ table: String) -> [String] {
        switch self {
        case .sqlite:
            ["UPDATE", "DELETE"].map { verb in
                """
                CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
                BEGIN SELECT RAISE(ABORT, 'entries of \(table) stay as they are'); END
                """
            }
        }
    }

    /// Gives one row if there is a table of that name (`$1`).
    var findTable: String {
        switch self {
        case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1"
        }
    }

    /// The constraint behind a violation's message, if it is one of those that are answers.
    func constraint(in message: String) -> NamedConstraint? {
        switch self {
        case .sqlite:
            switch message {
            case "UNIQUE constraint failed: users.folded_username": .username
            case "UNIQUE constraint failed: users.folded_email": .email
            case "UNIQUE constraint failed: accounts.id": .accountID
            case _: nil
            }
        }
    }

    /// True where a text fits a pattern without regard to the case of ASCII letters.
    func like(_ column: String, _ pattern: String) -> String {
        switch self {
        case .sqlite: "\(column) LIKE \(pattern) ESCAPE '!'"
        }
    }

    /// `users u`, read by this index and no other.
    func users(by index: String) -> String {
        switch self {
        case .sqlite: "users u INDEXED BY \(index)"
        }
    }

    /// A table `some` with the values of a JSON array.
    func values(of array: String) -> String {
        switch self {
        case .sqlite: "json_each(\(array)) some"
        }
    }

    /// The least text that comes after every text with this beginning, byte by byte.
    ///
    /// - Parameter beginning: ends in an ASCII character that is not the last one.
    static func afterAll(with beginning: String) -> String {
        var bytes = Array(beginning.utf8)
        if let last = bytes.popLast() { bytes.append(last &+ 1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A text as the part of a `LIKE … ESCAPE '!'` pattern that matches itself and nothing else.
    static func literal(_ text: String) -> String {
        var pattern = ""
        for character in text.unicodeScalars {
            if character == "%" || character == "_" || character == "!" { pattern.unicodeScalars.append("!") }
            pattern.unicodeScalars.append(character)
        }
        return pattern
    }
}
