/// Why a request may or may not pass, rule by rule: what `latchkey catalogue explain` prints.
public struct Explanation: Hashable, Sendable {
    /// A rule that speaks of the path.
    public struct Entry: Hashable, Sendable {
        public let rule: Rule
        /// The role that it belongs to; nil for what needs no role.
        public let role: RoleID?
        /// The account id that the rule sees in the path.
        public let accountText: String
        public let effect: Effect
    }

    /// What a rule does to the request.
    public enum Effect: Hashable, Sendable {
        /// It allows it.
        case allows
        /// It is about other methods.
        case otherMethod
        /// It would allow it, but this exception of its role takes it back.
        case excepted(by: Rule)
    }

    public let method: Method
    public let path: CanonicalPath
    /// Every rule that speaks of the path, in the order of the catalogue.
    public let entries: [Entry]
    /// Whether the rules that allow the request see different account ids, so that nobody may.
    public let accountsDisagree: Bool
    /// What the gate does with it.
    public let match: RouteMatch
    /// The methods with which somebody may call the path.
    public let methods: [Method]
}

extension CompiledCatalogue {
    /// Says why `match` answers what it answers. It reads every rule one by one, so it is for people, not for requests.
    public func explain(_ method: Method, _ path: CanonicalPath) -> Explanation {
        let open = catalogue.routes.compactMap { rule in entry(rule, of: nil, method, path) }
        let granted = roles.flatMap { role in role.allow.compactMap { rule in entry(rule, of: role, method, path) } }
        let entries = open + granted
        let accounts = Set(entries.filter { entry in entry.effect != .otherMethod }.map { entry in Array(entry.accountText.utf8) })
        return Explanation(
            method: method, path: path, entries: entries, accountsDisagree: accounts.count > 1, match: match(method, path),
            methods: methods(for: path))
    }

    private func entry(_ rule: Rule, of role: Role?, _ method: Method, _ path: CanonicalPath) -> Explanation.Entry? {
        guard let segment = rule.template.accountSegment(in: path) else { return nil }
        return Explanation.Entry(
            rule: rule, role: role?.id, accountText: String(decoding: segment, as: UTF8.self), effect: effect(rule, of: role, method, path))
    }

    private func effect(_ rule: Rule, of role: Role?, _ method: Method, _ path: CanonicalPath) -> Explanation.Effect {
        guard rule.methods.includes(method) else { return .otherMethod }
        let exception = role?.except.first { exception in exception.methods.includes(method) && exception.template.matchesFolded(path) }
        return exception.map { exception in .excepted(by: exception) } ?? .allows
    }
}
