/// Something in a catalogue file that must be put right before the file can be used.
public struct CatalogueFault: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The file is larger than 1 MiB.
        case tooLarge
        /// The file holds no document.
        case emptyDocument
        /// An anchor (`&name`), which aliases could multiply.
        case anchor
        /// The text is not YAML; what the YAML parser says.
        case syntax(String)
        /// A key stands twice in one mapping.
        case repeatedKey(String)
        /// A key that has no meaning here.
        case unknownKey(String)
        /// A key that must be here and is not.
        case missingKey(String)
        /// The value of a key must be a text.
        case notText(String)
        /// The value of a key must be a list.
        case notList(String)
        /// The value must be a mapping; what of.
        case notMapping(String)
        /// The value of a key is empty, too long or holds a control character.
        case badText(String)
        /// The realm is not visible ASCII, or has quotes or backslashes.
        case badRealm
        /// No role id.
        case badID(String)
        /// Neither `true` nor `false`.
        case notBoolean(String)
        /// Another role has this id; where.
        case repeatedID(RoleID, TextPosition)
        /// Another role has this name; where.
        case repeatedName(String, TextPosition)
        /// A rule is not a method, one space, a path template.
        case ruleForm
        /// No method; what stands there.
        case badMethod(String)
        /// The path template is wrong.
        case template(TemplateFault.Kind)
        /// The same rule stands in the same list; where.
        case repeatedRule(TextPosition)
        /// A role allows nothing.
        case noRules
        /// More roles than a catalogue can have.
        case tooManyRoles
        /// More than 2,000 rules in one list.
        case tooManyRules
    }

    public let position: TextPosition
    public let kind: Kind

    public init(_ kind: Kind, at position: TextPosition) {
        self.kind = kind
        self.position = position
    }

    /// Line, column and a sentence: `12:9: "get" is not a method.`
    public var description: String { "\(position): \(sentence)" }

    /// One sentence.
    public var sentence: String {
        switch kind {
        case .tooLarge: "The file is larger than 1 MiB."
        case .emptyDocument: "The file holds no catalogue."
        case .anchor: "Anchors and aliases are not accepted; write the text out."
        case .syntax(let problem): "This is not YAML: \(problem)."
        case .repeatedKey(let key): "The key \"\(key)\" stands twice."
        case .unknownKey(let key): "The key \"\(key)\" is unknown here."
        case .missingKey(let key): "The key \"\(key)\" is missing."
        case .notText(let key): "The value of \"\(key)\" must be a text."
        case .notList(let key): "The value of \"\(key)\" must be a list."
        case .notMapping(let what): "\(what) must be a mapping of keys to values."
        case .badText(let key): "The value of \"\(key)\" must be one line of 1 to \(CatalogueReader.longestText) characters."
        case .badRealm: "The realm is 1 to 128 visible ASCII characters and spaces, without quotes and backslashes."
        case .badID(let text): "\"\(text)\" is not a role id: up to 64 lower-case letters, digits and single dashes, a letter first."
        case .notBoolean(let key): "The value of \"\(key)\" must be true or false."
        case .repeatedID(let id, let first): "Another role has the id \"\(id)\" (line \(first.line))."
        case .repeatedName(let name, let first): "Another role has the name \"\(name)\" (line \(first.line))."
        case .ruleForm: "A rule is a method, one space and a path template: GET /api/accounts/{accountId}/orders."
        case .badMethod(let text): "\"\(text)\" is not a method; methods are written in capitals, and ANY is every method."
        case .template(let fault): TemplateFault(kind: fault, offset: 0).sentence
        case .repeatedRule(let first): "The same rule stands in line \(first.line)."
        case .noRules: "The role allows nothing."
        case .tooManyRoles: "A catalogue has at most \(RoleSet.capacity) roles."
        case .tooManyRules: "A list has at most \(CatalogueReader.mostRules) rules."
        }
    }
}

/// Every fault of a catalogue file, in the order of the file.
public struct CatalogueFaults: Error, Hashable, Sendable, CustomStringConvertible {
    public let faults: [CatalogueFault]

    init(_ faults: [CatalogueFault]) {
        self.faults = faults.enumerated().sorted { left, right in
            (left.element.position, left.offset) < (right.element.position, right.offset)
        }.map(\.element)
    }

    /// One line for each fault.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// Something in a catalogue file that works and is probably not meant.
public struct CatalogueWarning: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The rule adds nothing: this rule of the same list says it already.
        case unreachable(coveredBy: Rule)
        /// The rule adds nothing: any user of the account may do it without a role.
        case openAnyway(coveredBy: Rule)
        /// The rule never holds: this exception of its role takes all of it back.
        case excepted(by: Rule)
        /// The exception takes nothing back: no rule of its role speaks of its paths.
        case idleException
        /// The rule and this one of the same list speak of some of the same requests.
        case overlap(with: Rule)
        /// The rule and this one find the account id in different segments; a request that both speak of is refused unless
        /// both segments are the same.
        case accountElsewhere(Rule)
    }

    public let rule: Rule
    public let kind: Kind
    public var position: TextPosition { rule.position }

    /// Line, column and a sentence.
    public var description: String { "\(position): \(sentence)" }

    /// One sentence.
    public var sentence: String {
        switch kind {
        case .unreachable(let other): "\(rule) adds nothing to \(other) (line \(other.position.line))."
        case .openAnyway(let other): "\(rule) adds nothing: \(other) (line \(other.position.line)) needs no role."
        case .excepted(let other): "\(rule) never holds: the exception \(other) (line \(other.position.line)) takes all of it back."
        case .idleException: "The exception \(rule) takes nothing back: the role allows nothing there."
        case .overlap(let other): "\(rule) and \(other) (line \(other.position.line)) speak of some of the same requests."
        case .accountElsewhere(let other):
            "\(rule) and \(other) (line \(other.position.line)) see the account id in different segments of the same path."
        }
    }
}
