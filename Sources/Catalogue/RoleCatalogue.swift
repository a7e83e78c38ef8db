/// What roles there are and what each allows: the value of a catalogue file. `CompiledCatalogue` answers requests with it.
public struct RoleCatalogue: Hashable, Sendable {
    /// The realm of the Basic challenge: visible ASCII and spaces without quotes and backslashes, so it stands in a
    /// quoted-string as it is (RFC 9110, section 5.6.4).
    public let realm: String
    /// What any user of the account may do without a role.
    public let routes: [Rule]
    /// The roles in the order of the file, at most `RoleSet.capacity`.
    public let roles: [Role]
    /// What is probably not meant, in the order of the file.
    public let warnings: [CatalogueWarning]

    /// Reads a catalogue file; throws every fault that it has, each with its line and column.
    ///
    /// A text larger than 1 MiB, with anchors or with nesting beyond what YAML parsers take is refused before it is built up.
    public init(yaml: String) throws(CatalogueFaults) {
        var reader = CatalogueReader(yaml)
        self = try reader.catalogue()
    }

    init(realm: String, routes: [Rule], roles: [Role]) {
        self.realm = realm
        self.routes = routes
        self.roles = roles
        warnings = CatalogueReview(routes: routes, roles: roles).warnings()
    }

    /// The catalogue that ships: a communications API. Read once.
    public static func shipped() throws(CatalogueFaults) -> RoleCatalogue { try shippedOutcome.get() }

    /// The text of the catalogue that ships, to start one's own from.
    public static var shippedText: String { EmbeddedTexts.files["roles.yaml"] ?? "" }

    private static let shippedOutcome = Result { () throws(CatalogueFaults) in try RoleCatalogue(yaml: shippedText) }
}
