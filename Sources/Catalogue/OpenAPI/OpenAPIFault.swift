/// Why no catalogue can be made from a document.
public enum OpenAPIFault: Error, Hashable, Sendable {
    /// 32 MiB.
    public static let largestDocument = 1 << 25

    case tooLarge
    case notUTF8
    case tooDeep
    /// An alias, which could multiply what it stands for; its name.
    case alias(String)
    /// Neither JSON nor YAML; what the reader says, and where.
    case syntax(String, TextPosition)
    /// No OpenAPI 3 and no Swagger 2 document.
    case notOpenAPI
    /// No path has the parameter that was named; those that paths do have, the most frequent first.
    case noSuchParameter(String, known: [String])
    /// No parameter looks like an account id; those that paths do have.
    case noAccount(known: [String])
    /// A prefix or base path that is no path template; why.
    case badPrefix(String)
    /// No tag, or first segment, of that name; those that there are.
    case noSuchTag(String, known: [String])
    case tooManyRoles(Int)
    /// A role would have more rules than a list can hold.
    case tooManyRules(role: String, Int)
    /// The catalogue would be larger than a catalogue may be.
    case resultTooLarge

    /// What is wrong and what to do.
    public var sentence: String {
        switch self {
        case .tooLarge: "The document is larger than 32 MiB."
        case .notUTF8: "The document is not UTF-8."
        case .tooDeep: "The document is nested too deeply."
        case .alias(let name):
            "The document has an alias (\"*\(name)\"), which is not followed: it could multiply without bound. Write the document as JSON first."
        case .syntax(let problem, let place): "\(place): This cannot be read: \(problem)."
        case .notOpenAPI: "This is no OpenAPI 3 or Swagger 2 document: \"openapi\" (or \"swagger\") and \"paths\" are expected at the top."
        case .noSuchParameter(let name, let known):
            "No path has the parameter {\(name)}. Paths have: \(Self.list(known))."
        case .noAccount(let known):
            "No path parameter looks like an account id (paths have: \(Self.list(known))). Name it with --account-parameter; if paths have "
                + "none, put one in front of each with --prefix /accounts/{accountId} and let the proxy in front of the API take it away."
        case .badPrefix(let problem): "The prefix cannot stand in front of a path: \(problem)"
        case .noSuchTag(let name, let known): "Nothing is tagged \"\(name)\". There are: \(Self.list(known))."
        case .tooManyRoles(let count):
            "This would make \(count) roles; a catalogue has at most \(RoleSet.capacity). Choose with --tag, which can be repeated."
        case .tooManyRules(let role, let count):
            "The role \(role) would have \(count) rules; a list has at most \(CatalogueReader.mostRules). Choose with --tag, or tag operations more finely."
        case .resultTooLarge: "The catalogue would be larger than 1 MiB. Choose with --tag, which can be repeated."
        }
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "none" }
        return names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
}
