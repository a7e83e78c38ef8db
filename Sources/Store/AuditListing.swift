import Domain
import Ports

/// How the trail is asked for.
struct AuditListing {
    let query: AuditQuery
    /// Whether the accounts that are asked about have so many people that walking back through the trail soon meets enough of them. With
    /// few, it is each person's own entries that are looked up.
    let isCrowded: Bool

    /// People of all accounts together, beyond which they are a crowd.
    static let crowd = 500

    /// Selects the numbers of the entries. A condition with OR in it would have all that fits gathered and sorted before the first page is
    /// cut off it; so each side is asked in the order of an index, for as many as a page holds, and the newest of both are taken.
    func numbers(_ arguments: inout SQLArguments) -> String {
        let common = conditions(&arguments)
        let limit = arguments.placeholder(for: max(0, query.limit))
        let way = query.after == nil ? "DESC" : "ASC"
        let selections = sides(&arguments).map { side in
            let conditions = common + side
            let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            return "SELECT a.number AS number FROM audit a \(condition) ORDER BY a.number \(way) LIMIT \(limit)"
        }
        guard selections.count > 1 else { return selections.first ?? "" }
        let all = selections.map { "SELECT number FROM (\($0)) AS side" }.joined(separator: " UNION ")
        return "\(all) ORDER BY number \(way) LIMIT \(limit)"
    }

    /// `WHERE …` of all that fits, however many a page holds, or nothing.
    func whole(_ arguments: inout SQLArguments) -> String {
        let all = conditions(&arguments) + Self.either(about(&arguments), scope(&arguments))
        return all.isEmpty ? "" : "WHERE " + all.joined(separator: " AND ")
    }

    private static func either(_ abouts: [String], _ scopes: [String]) -> [String] {
        [abouts, scopes].filter { !$0.isEmpty }.map { "(" + $0.joined(separator: " OR ") + ")" }
    }

    private func conditions(_ arguments: inout SQLArguments) -> [String] {
        var conditions = Self.filter(query.filter, &arguments)
        // Of a few people everything is looked through; otherwise there may be less of the actions than of all.
        let action = query.filter.targets == nil ? "a.action" : "+a.action"
        if let actions = query.actions { conditions.append("\(action) IN (\(arguments.list(actions.map(\.rawValue).sorted())))") }
        if let before = query.before { conditions.append("a.number < \(arguments.placeholder(for: before))") }
        if let after = query.after { conditions.append("a.number > \(arguments.placeholder(for: after))") }
        return conditions
    }

    /// What is different on each side: every combination of the two halves of the scope.
    private func sides(_ arguments: inout SQLArguments) -> [[String]] {
        let abouts = about(&arguments)
        let scopes = scope(&arguments)
        // Text is found by reading everything, so everything is read once.
        guard query.filter.text.isEmpty else { return [Self.either(abouts, scopes)] }
        let first = abouts.isEmpty ? [[]] : abouts.map { [$0] }
        return first.flatMap { about in scopes.isEmpty ? [about] : scopes.map { about + [$0] } }
    }

    private func about(_ arguments: inout SQLArguments) -> [String] {
        guard let about = query.about else { return [] }
        let id = arguments.placeholder(for: about)
        return ["a.target_id = \(id)", "a.actor_id = \(id)"]
    }

    /// About one of the accounts, or about one of its people (operators are nobody's people). Who acted does not matter: what somebody does in
    /// another account is that account's.
    private func scope(_ arguments: inout SQLArguments) -> [String] {
        guard let accounts = query.accounts else { return [] }
        let list = arguments.list(accounts.sorted())
        let people = "memberships.account_id IN (\(list)) AND users.level <> 'operator'"
        let joined = "FROM memberships JOIN users ON users.id = memberships.user_id WHERE \(people)"
        // The plus keeps a database from going by the account where going by the person, or by the number, is meant.
        let byPerson =
            isCrowded
            ? "a.account_id IS NULL AND EXISTS (SELECT 1 \(joined) AND memberships.user_id = a.target_id)"
            : "+a.account_id IS NULL AND a.target_id IN (SELECT memberships.user_id \(joined))"
        let sign = query.filter.text.isEmpty ? "" : "+"
        return ["\(sign)a.account_id IN (\(list))", byPerson]
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
        let pattern = arguments.placeholder(for: "%\(Dialect.literal(text))%")
        let fields = ["a.actor_username", "a.target_username", "a.address", "a.reason", "a.changes", "a.request_id"]
        return "(" + fields.map { Dialect.sqlite.like($0, pattern) }.joined(separator: " OR ") + ")"
    }
}
