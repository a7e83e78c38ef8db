/// Writes a draft as a catalogue file.
struct CatalogueText {
    /// How many routes are named of those left out for one reason.
    private static let mostNamed = 50

    private let document: OpenAPIDocument
    private let draft: CatalogueDraft
    private let account: AccountParameter
    private var lines: [String] = []

    init(_ document: OpenAPIDocument, _ draft: CatalogueDraft, account: AccountParameter) {
        self.document = document
        self.draft = draft
        self.account = account
    }

    /// Whether a line of a catalogue can hold this text as it is: an ampersand before a word is read as an anchor.
    static func canHold(_ text: String) -> Bool { text == tamed(text) }

    mutating func text() -> String {
        header()
        leftOut()
        lines += ["", "roles:" + (draft.roles.isEmpty ? " []" : "")]
        for (index, role) in draft.roles.enumerated() {
            if index > 0 { lines.append("") }
            lines += [
                "  - id: \(role.id)", "    name: \(Self.quoted(role.name))", "    area: \(Self.quoted(role.area))",
                "    description: \(Self.quoted(role.description))", "    allow:",
            ]
            lines += role.rules.map { rule in "      - \(Self.rule(rule))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func header() {
        let title = RoleWords.line(document.title ?? "", atMost: 100) ?? "an API"
        comment("Roles made from \"\(title)\" (\(document.format)) by latchkey catalogue from-openapi. Read it before using it:")
        comment("a tag says what belongs together, not who may do it. Then: latchkey catalogue check FILE")
        comment("")
        if account.isDoubtful {
            comment("The account id is taken to be {\(account.name)}: a guess. Name another one with --account-parameter.")
        } else {
            comment("The account id is {\(account.name)} of the paths.")
        }
        if document.operationsElsewhere > 0 {
            comment(
                "\(document.operationsElsewhere) operations are written in other files, where their tags are: they go by their paths. Bundle the files "
                    + "into one first if tags matter.")
        }
        if !document.otherBases.isEmpty {
            comment(
                "Servers have further base paths, of which nothing was made (see --base-path): \(document.otherBases.prefix(8).joined(separator: ", "))"
            )
        }
        if draft.covered > 0 {
            comment("\(draft.covered) operations need no rule of their own: another rule of the same role covers them, such as GET for HEAD.")
        }
        comment("No route is open to users without a role; list such routes under \"routes:\".")
    }

    private mutating func leftOut() {
        list(draft.wider, "These rules allow more than the document does, since a segment has at most one star and queries are not looked at")
        for reason in OpenAPIPath.LeftOut.allCases {
            let routes = draft.leftOut.filter { route in route.reason == reason }.map(\.route)
            list(routes, "Left out, so that nobody may call it; \(reason.sentence)")
        }
    }

    private mutating func list(_ routes: [String], _ title: String) {
        guard !routes.isEmpty else { return }
        comment("")
        comment("\(title) (\(routes.count)):")
        for route in routes.prefix(Self.mostNamed) { comment("  \(RoleWords.line(route, atMost: 200) ?? "?")") }
        if routes.count > Self.mostNamed { comment("  and \(routes.count - Self.mostNamed) more") }
    }

    private mutating func comment(_ text: String) { lines.append(text.isEmpty ? "#" : "# \(Self.tamed(Self.printable(text)))") }

    /// A rule is a plain YAML text unless something in it means something to YAML.
    private static func rule(_ rule: Rule) -> String {
        let text = rule.description
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x2F, 0x2D, 0x2E, 0x5F, 0x7E, 0x2A, 0x7B, 0x7D: true
            case _: false
            }
        }
        return isPlain ? text : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in tamed(text).unicodeScalars {
            if character == "\"" || character == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }

    /// Control characters, which YAML has nowhere, not even in comments, are shown as the one that stands for what cannot be shown.
    private static func printable(_ text: String) -> String {
        var printable = ""
        printable.unicodeScalars.append(
            contentsOf: text.unicodeScalars.lazy.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 })
        return printable
    }

    /// With a space behind each ampersand that would be read as an anchor.
    private static func tamed(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var tamed = ""
        for scalar in text.unicodeScalars {
            tamed.unicodeScalars.append(scalar)
            if YAMLDocument.hasAnchor(tamed) {
                tamed.unicodeScalars.removeLast()
                tamed += " "
                tamed.unicodeScalars.append(scalar)
            }
        }
        return tamed
    }
}
