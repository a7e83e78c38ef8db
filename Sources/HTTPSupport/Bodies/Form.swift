/// Why a form or query is not read.
public enum FormFault: Error, Hashable, Sendable {
    case tooLarge
    case tooManyFields
    case nameTooLong
    /// A percent sign without two hexadecimal digits.
    case malformedPercent
    case notUTF8
    /// NUL, which some readers end a text at.
    case nulCharacter
    /// A field that may be given once was given again.
    case repeated(String)

    /// One sentence for the caller; it repeats nothing of what was sent.
    public var sentence: String {
        switch self {
        case .tooLarge: "The form is longer than \(BodyLimits.bytes) bytes."
        case .tooManyFields: "The form has more than \(BodyLimits.fields) fields."
        case .nameTooLong: "A field's name is longer than \(BodyLimits.nameBytes) bytes."
        case .malformedPercent: "A percent sign in the form is not followed by two hexadecimal digits."
        case .notUTF8: "The form is not UTF-8."
        case .nulCharacter: "The form holds a NUL character."
        case .repeated: "A field that may be given once was given more than once."
        }
    }
}

/// The fields of an `application/x-www-form-urlencoded` body or of a query string, in the order in which they came.
public struct Form: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public let fields: [Field]

    /// A form without fields.
    public init() { fields = [] }

    /// A form of fields that have been read before.
    public init(_ fields: [Field]) { self.fields = fields }

    /// Reads the body within `BodyLimits`. `+` is a space.
    public init(urlEncoded bytes: some Collection<UInt8>) throws(FormFault) {
        guard bytes.count <= BodyLimits.bytes else { throw .tooLarge }
        var fields: [Field] = []
        for pair in Array(bytes).split(separator: UInt8(ascii: "&")) {
            guard fields.count < BodyLimits.fields else { throw .tooManyFields }
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts.first.map(Array.init) ?? [])
            guard name.utf8.count <= BodyLimits.nameBytes else { throw .nameTooLong }
            fields.append(Field(name: name, value: try Self.decoded(parts.dropFirst().first.map(Array.init) ?? [])))
        }
        self.fields = fields
    }

    /// Reads what follows the `?`.
    public init(query: String) throws(FormFault) { try self.init(urlEncoded: Array(query.utf8)) }

    /// The value of a field that may come once; nil when it is missing. Throws when it came twice: readers differ in which they take.
    public func one(_ name: String) throws(FormFault) -> String? {
        let values = all(name)
        guard values.count <= 1 else { throw .repeated(name) }
        return values.first
    }

    /// The values of a field that may be repeated (check boxes), in order.
    public func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// Whether the field came at all, with whatever value.
    public func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    private static func decoded(_ text: [UInt8]) throws(FormFault) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimalValue), let low = rest.popFirst().flatMap(hexadecimalValue) else {
                    throw .malformedPercent
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { throw .nulCharacter }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return decoded
    }
}
