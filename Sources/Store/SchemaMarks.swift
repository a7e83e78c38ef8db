/// What is true of very many users, a bit for each: what several filters together leave is known without looking at anybody. Kept by triggers.
/// An installation of a million has some half a megabyte for each mark.
enum SchemaMarks {
    @Sendable static func statements(_ d: Dialect) -> [String] {
        [
            """
            CREATE TABLE user_marks (
                mark TEXT NOT NULL, chunk \(d.integer) NOT NULL, bits \(d.integer) NOT NULL CHECK (bits <> 0), PRIMARY KEY (mark, chunk))
            """ + d.keyedTableOptions
        ] + d.marks
    }
}

extension Dialect {
    /// Statements that mark the users there are, and go on marking.
    fileprivate var marks: [String] {
        switch self {
        case .sqlite:
            [
                fill("'access ' || dashboard || api", "id", "users"), fill("'progress ' || progress", "id", "users"),
                fill("'level ' || level", "id", "users WHERE level <> 'basic'"),
                fill("'deactivated'", "id", "users WHERE deactivated_at IS NOT NULL"),
                fill("'role ' || role", "user_id", "(SELECT DISTINCT role, user_id FROM grants)"),
                "CREATE TRIGGER users_marks_added AFTER INSERT ON users BEGIN \(set(userMarks("new"), "new.id")) END",
                """
                CREATE TRIGGER users_marks_changed AFTER UPDATE OF dashboard, api, progress, level, deactivated_at ON users
                WHEN old.dashboard <> new.dashboard OR old.api <> new.api OR old.progress <> new.progress OR old.level <> new.level
                    OR (old.deactivated_at IS NULL) <> (new.deactivated_at IS NULL)
                BEGIN \(clear(userMarks("old"), "old.id")) \(set(userMarks("new"), "new.id")) END
                """,
                "CREATE TRIGGER users_marks_removed AFTER DELETE ON users BEGIN \(clear(userMarks("old"), "old.id")) END",
                "CREATE TRIGGER grants_marks_added AFTER INSERT ON grants BEGIN \(set("SELECT 'role ' || new.role AS mark", "new.user_id")) END",
                """
                CREATE TRIGGER grants_marks_removed AFTER DELETE ON grants
                WHEN NOT EXISTS (SELECT 1 FROM grants WHERE user_id = old.user_id AND +role = old.role)
                BEGIN \(clear("SELECT 'role ' || old.role AS mark", "old.user_id")) END
                """,
            ]
        }
    }

    private func userMarks(_ row: String) -> String {
        """
        SELECT 'access ' || \(row).dashboard || \(row).api AS mark UNION ALL SELECT 'progress ' || \(row).progress
        UNION ALL SELECT 'level ' || \(row).level WHERE \(row).level <> 'basic' UNION ALL SELECT 'deactivated' WHERE \(row).deactivated_at IS NOT NULL
        """
    }

    private func fill(_ mark: String, _ user: String, _ source: String) -> String {
        """
        INSERT INTO user_marks (mark, chunk, bits)
        SELECT \(mark), \(user) >> 6, sum(1 << (\(user) & 63)) FROM \(source) GROUP BY 1, 2
        """
    }

    private func set(_ marks: String, _ user: String) -> String {
        """
        INSERT INTO user_marks (mark, chunk, bits) SELECT mark, \(user) >> 6, 1 << (\(user) & 63) FROM (\(marks)) WHERE true
        ON CONFLICT (mark, chunk) DO UPDATE SET bits = bits | excluded.bits;
        """
    }

    private func clear(_ marks: String, _ user: String) -> String {
        """
        DELETE FROM user_marks WHERE chunk = \(user) >> 6 AND mark IN (SELECT mark FROM (\(marks))) AND bits = 1 << (\(user) & 63);
        UPDATE user_marks SET bits = bits & ~(1 << (\(user) & 63)) WHERE chunk = \(user) >> 6 AND mark IN (SELECT mark FROM (\(marks)));
        """
    }
}
