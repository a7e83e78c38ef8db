/// Looks for rules that work and are probably not meant.
struct CatalogueReview {
    let routes: [Rule]
    let roles: [Role]

    /// The warnings in the order of the file.
    func warnings() -> [CatalogueWarning] {
        var warnings = within(routes)
        for role in roles {
            warnings += within(role.allow) + openAnyway(role.allow) + exceptions(of: role)
        }
        warnings += accountsElsewhere()
        return warnings.enumerated().sorted { left, right in
            (left.element.position, left.offset) < (right.element.position, right.offset)
        }.map(\.element)
    }

    /// Rules of one list that are covered by another, or share requests with an earlier one.
    private func within(_ rules: [Rule]) -> [CatalogueWarning] {
        var warnings: [CatalogueWarning] = []
        for (index, rule) in rules.enumerated() {
            for earlier in rules[..<index] where earlier.overlaps(rule) {
                if earlier.covers(rule) {
                    warnings.append(CatalogueWarning(rule: rule, kind: .unreachable(coveredBy: earlier)))
                } else if rule.covers(earlier) {
                    warnings.append(CatalogueWarning(rule: earlier, kind: .unreachable(coveredBy: rule)))
                } else {
                    warnings.append(CatalogueWarning(rule: rule, kind: .overlap(with: earlier)))
                }
            }
        }
        return warnings
    }

    private func openAnyway(_ rules: [Rule]) -> [CatalogueWarning] {
        rules.compactMap { rule in
            routes.first { route in route.covers(rule) }.map { route in
                CatalogueWarning(rule: rule, kind: .openAnyway(coveredBy: route))
            }
        }
    }

    private func exceptions(of role: Role) -> [CatalogueWarning] {
        let exceptions = role.except.map { rule in (written: rule, folded: folded(rule)) }
        let allowed = role.allow.map { rule in (written: rule, folded: folded(rule)) }
        let dead = allowed.compactMap { rule in
            exceptions.first { exception in exception.folded.covers(rule.folded) }.map { exception in
                CatalogueWarning(rule: rule.written, kind: .excepted(by: exception.written))
            }
        }
        let idle = exceptions.filter { exception in
            !allowed.contains { rule in rule.folded.overlaps(exception.folded) }
        }
        return dead + idle.map { exception in CatalogueWarning(rule: exception.written, kind: .idleException) }
    }

    private func folded(_ rule: Rule) -> Rule {
        Rule(methods: rule.methods, template: rule.template.folded, position: rule.position)
    }

    /// Rules, of any list, that see the account id in different places of the same path. The first such rule is named.
    private func accountsElsewhere() -> [CatalogueWarning] {
        let rules = routes + roles.flatMap(\.allow)
        let byPlace = Dictionary(grouping: rules) { rule in rule.template.accountIndex }
        guard byPlace.count > 1 else { return [] }
        return rules.compactMap { rule in
            for (place, others) in byPlace.sorted(by: { left, right in left.key < right.key }) where place < rule.template.accountIndex {
                if let other = others.first(where: { other in other.overlaps(rule) }) {
                    return CatalogueWarning(rule: rule, kind: .accountElsewhere(other))
                }
            }
            return nil
        }
    }
}
