/// A role catalogue made from an OpenAPI document.
public struct OpenAPIConversion: Sendable {
    public struct Options: Sendable {
        /// The path parameter that is the account id; nil: guessed.
        public var accountParameter: String?
        /// Two roles for each tag: one to view (GET and HEAD), one to update.
        public var splits = false
        /// Stands in front of each path; with `{accountId}` for APIs whose paths name no account.
        public var prefix = ""
        /// In the place of the servers' paths.
        public var basePath: String?
        /// Only these tags; empty: all.
        public var tags: [String] = []

        public init() {}
    }

    /// The catalogue file. It has no faults.
    public let yaml: String
    public let catalogue: RoleCatalogue
    public let accountParameter: String
    /// Whether the account parameter was guessed from a word that may mean something else.
    public let isAccountDoubtful: Bool
    public let operations: Int
    /// How many operations, and paths in other files, no rule speaks of.
    public let leftOut: Int
    /// How many rules speak of more than the document does.
    public let wider: Int

    /// Reads JSON or YAML of at most 32 MiB: OpenAPI 3.0 to 3.2, or Swagger 2.0.
    public init(_ document: [UInt8], _ options: Options = Options()) throws(OpenAPIFault) {
        var options = options
        options.prefix = try Self.prefix(options.prefix)
        options.basePath = try options.basePath.map { base throws(OpenAPIFault) in try Self.prefix(base) }
        let asked = options.accountParameter
        let isAccount = { (name: String) in asked.map { $0 == name } ?? (name == "accountId" || name == "account_id") }
        let document = try OpenAPIDocument(document, base: options.basePath, account: isAccount)
        let account = try Self.account(in: document, options)
        let draft = try CatalogueDraft(document, options, account: account)
        var text = CatalogueText(document, draft, account: account)
        yaml = text.text()
        guard yaml.utf8.count <= CatalogueReader.largest else { throw .resultTooLarge }
        do throws(CatalogueFaults) { catalogue = try RoleCatalogue(yaml: yaml) } catch {
            throw .syntax("the catalogue that was made has faults: \(error)", TextPosition(line: 1, column: 1))
        }
        accountParameter = account.name
        isAccountDoubtful = account.isDoubtful
        operations = document.operations.count
        leftOut = draft.leftOut.count
        wider = draft.wider.count
    }

    private static func account(in document: OpenAPIDocument, _ options: Options) throws(OpenAPIFault) -> AccountParameter {
        if OpenAPIPath.parameters(in: options.prefix).contains("accountId"), options.accountParameter == nil { return .prefixed }
        var counts: [String: Int] = [:]
        for operation in document.operations {
            for name in Set(OpenAPIPath.parameters(in: options.prefix + operation.base + operation.path)) { counts[name, default: 0] += 1 }
        }
        return try AccountParameter(in: counts, asked: options.accountParameter)
    }

    /// Without a slash at the end.
    private static func prefix(_ text: String) throws(OpenAPIFault) -> String {
        var text = text[...]
        while text.last == "/" { text.removeLast() }
        guard !text.isEmpty else { return "" }
        do throws(TemplateFault) { _ = try PathTemplate(parsing: String(text)) } catch {
            if error.kind != .noAccount { throw .badPrefix(error.sentence) }
        }
        return String(text)
    }
}
