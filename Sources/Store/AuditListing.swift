import Domain
import Ports

/// How the trail is asked for.
struct AuditListing {
    let query: AuditQuery
    /// Whether the accounts that are asked about have so many people that walking back through the trail soon meets enough of them. With
    /// few, it is each person's own entries that are looked up.
    let isCrowded: Bool
    /// What the index of the search is asked; `nil` where it is of no use.
    let found: String?

    /// So many orders are merged; of more, what fits is gathered and sorted.
    private static let mostSides = 64

    /// Selects the numbers of the entries. A condition with OR in it would have all that fits gathered and sorted before the first page is
    /// cut off it; so each side is asked in the order of an index, for as many as a page holds, and the newest of all are taken.
    func numbers(_ arguments: inout SQLArguments) -> String {
        let limit = arguments.placeholder(for: max(0, query.limit))
        let way = query.after == nil ? "DESC" : "ASC"
        // The index comes first, whatever the database thinks of it.
        let source = found == nil ? "audit a" : "audit_search d CROSS JOIN audit a ON a.number = d.rowid"
        let first = found.map { ["audit_search MATCH \(arguments.placeholder(for: $0))"] } ?? []
        let common = first + conditions(&arguments)
        let selections = sides(&arguments).map { side in
            let conditions = common + side
            let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            return "SELECT a.number AS number FROM \(source) \(condition) ORDER BY a.number \(way) LIMIT \(limit)"
        }
        guard selections.count > 1 else { return selections.first ?? "" }
        let all = selections.map { "SELECT number FROM (\($0)) AS side" }.joined(separator: " UNION ")
        return "\(all) ORDER BY number \(way) LIMIT \(limit)"
    }

    /// `WHERE …` of all that fits, however many a page holds, or nothing.
    func whole(_ arguments: inout SQLArguments) -> String {
        let either = Self.either(about(&arguments), scope(&arguments).map(\.condition))
        let all = conditions(&arguments) + actions("a.action", &arguments) + either
        return all.isEmpty ? "" : "WHERE " + all.joined(separator: " AND ")
    }

    private static func either(_ abouts: [String], _ scopes: [String]) -> [String] {
        [abouts, scopes].filter { !$0.isEmpty }.map { "(" + $0.joined(separator: " OR ") + ")" }
    }

    private func conditions(_ arguments: inout SQLArguments) -> [String] {
        var conditions = Self.filter(query.filter, &arguments)
        if let before = query.before { conditions.append("a.number < \(arguments.placeholder(for: before))") }
        if let after = query.after { conditions.append("a.number > \(arguments.placeholder(for: after))") }
        return conditions
    }

    private func actions(_ column: String, _ arguments: inout SQLArguments) -> [String] {
        guard let actions = query.actions else { return [] }
        return ["\(column) IN (\(arguments.list(actions.map(\.rawValue).sorted())))"]
    }

    // MARK: Sides

    /// A part of what the caller may see.
    private struct Scope {
        let condition: String
        /// Of few people everything is looked through.
        let isFew: Bool
    }

    /// What is different on each side: every combination of who it is about, of where, and of the actions.
    private func sides(_ arguments: inout SQLArguments) -> [[String]] {
        let abouts = about(&arguments)
        let scopes = scope(&arguments)
        // Text is found by reading everything, so everything is read once.
        guard query.filter.text.isEmpty else {
            return [Self.either(abouts, scopes.map(\.condition)) + actions(found == nil ? "a.action" : "+a.action", &arguments)]
        }
        let about = abouts.isEmpty ? [[]] : abouts.map { [$0] }
        let wheres = scopes.isEmpty ? [Scope(condition: "", isFew: false)] : scopes
        let count = about.count * wheres.count * (query.actions?.count ?? 1)
        return wheres.flatMap { scope in
            about.flatMap { about in
                byAction(about + (scope.condition.isEmpty ? [] : [scope.condition]), isFew: scope.isFew || count > Self.mostSides, &arguments)
            }
        }
    }

    /// An index has the entries of one action in their order. Where something leads to few entries they are not asked for by action.
    private func byAction(_ side: [String], isFew: Bool, _ arguments: inout SQLArguments) -> [[String]] {
        guard let actions = query.actions, !actions.isEmpty, !isFew, !isNarrow else {
            return [side + self.actions(isFew || isNarrow ? "+a.action" : "a.action", &arguments)]
        }
        return actions.map(\.rawValue).sorted().map { side + ["a.action = \(arguments.placeholder(for: $0))"] }
    }

    /// Something that has an index of its own, and few entries.
    private var isNarrow: Bool {
        let filter = query.filter
        return query.about != nil || filter.targets != nil || filter.number != nil
            || !(filter.actor.isEmpty && filter.target.isEmpty && filter.address.isEmpty)
    }

    private func about(_ arguments: inout SQLArguments) -> [String] {
        guard let about = query.about else { return [] }
        let id = arguments.placeholder(for: about)
        return ["a.target_id = \(id)", "a.actor_id = \(id)"]
    }

    /// About one of the accounts, or about one of its people (operators are nobody's people). Who acted does not matter: what somebody does in
    /// another account is that account's.
    private func scope(_ arguments: inout SQLArguments) -> [Scope] {
        guard let accounts = query.accounts else { return [] }
        let each = accounts.sorted().map { arguments.placeholder(for: $0) }
        let list = each.isEmpty ? "NULL" : each.joined(separator: ", ")
        let people = "memberships.account_id IN (\(list)) AND users.level <> 'operator'"
        let joined = "FROM memberships JOIN users ON users.id = memberships.user_id WHERE \(people)"
        // The plus keeps a database from going by the account where going by the person, or by the number, is meant.
        let byPerson =
            isCrowded
            ? "a.account_id IS NULL AND EXISTS (SELECT 1 \(joined) AND memberships.user_id = a.target_id)"
            : "+a.account_id IS NULL AND a.target_id IN (SELECT memberships.user_id \(joined))"
        // Of several accounts together no index has the order.
        let isText = !query.filter.text.isEmpty
        let own = isText || !(1...10).contains(each.count) ? ["\(isText ? "+" : "")a.account_id IN (\(list))"] : each.map { "a.account_id = \($0)" }
        return own.map { Scope(condition: $0, isFew: false) } + [Scope(condition: byPerson, isFew: !isCrowded)]
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
        return "(" + Dialect.trailFields.map { Dialect.sqlite.like("a.\($0)", pattern) }.joined(separator: " OR ") + ")"
    }
}
