import Domain
import Ports

/// How the trail is asked for.
enum AuditListing {
    /// `WHERE …` over `audit a`, or nothing.
    static func condition(_ query: AuditQuery, _ arguments: inout SQLArguments) -> String {
        var conditions = scope(query, &arguments) + filter(query.filter, &arguments)
        if let actions = query.actions { conditions.append("a.action IN (\(arguments.list(actions.map(\.rawValue).sorted())))") }
        if let before = query.before { conditions.append("a.number < \(arguments.placeholder(for: before))") }
        if let after = query.after { conditions.append("a.number > \(arguments.placeholder(for: after))") }
        return conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    }

    private static func scope(_ query: AuditQuery, _ arguments: inout SQLArguments) -> [String] {
        var conditions: [String] = []
        if let about = query.about {
            let id = arguments.placeholder(for: about)
            conditions.append("(a.target_id = \(id) OR a.actor_id = \(id))")
        }
        if let accounts = query.accounts {
            let list = arguments.list(accounts.sorted())
            // About one of the accounts, or about one of its people (operators are nobody's people). Who acted does not matter: what somebody
            // does in another account is that account's.
            let people = """
                SELECT memberships.user_id FROM memberships JOIN users ON users.id = memberships.user_id
                WHERE memberships.account_id IN (\(list)) AND users.level <> 'operator'
                """
            conditions.append("(a.account_id IN (\(list)) OR (a.account_id IS NULL AND a.target_id IN (\(people))))")
        }
        return conditions
    }

    private static func filter(_ filter: AuditFilter, _ arguments: inout SQLArguments) -> [String] {
        var conditions: [String] = []
        if !filter.actor.isEmpty { conditions.append("lower(a.actor_username) = \(arguments.placeholder(for: filter.actor.lowercased()))") }
        if !filter.target.isEmpty { conditions.append("lower(a.target_username) = \(arguments.placeholder(for: filter.target.lowercased()))") }
        if let targets = filter.targets { conditions.append("a.target_id IN (\(arguments.list(targets.sorted())))") }
        if let account = filter.account { conditions.append("a.account_id = \(arguments.placeholder(for: account))") }
        if let outcome = filter.outcome { conditions.append("a.result = \(arguments.placeholder(for: outcome.rawValue))") }
        if !filter.address.isEmpty { conditions.append("a.address = \(arguments.placeholder(for: filter.address))") }
        if let from = filter.from { conditions.append("a.happened_at >= \(arguments.placeholder(for: from))") }
        if let to = filter.to { conditions.append("a.happened_at < \(arguments.placeholder(for: to))") }
        if let number = filter.number { conditions.append("a.number = \(arguments.placeholder(for: number))") }
        if !filter.text.isEmpty { conditions.append(text(filter.text, &arguments)) }
        return conditions
    }

    private static func text(_ text: String, _ arguments: inout SQLArguments) -> String {
        // No field is as long; the database would refuse a pattern that is much longer.
        guard text.utf8.count <= 2000 else { return "1 = 0" }
        let pattern = arguments.placeholder(for: "%\(Dialect.literal(text.lowercased()))%")
        let fields = ["a.actor_username", "a.target_username", "a.address", "a.reason", "a.changes", "a.request_id"]
        return "(" + fields.map { "lower(\($0)) LIKE \(pattern) ESCAPE '!'" }.joined(separator: " OR ") + ")"
    }
}
