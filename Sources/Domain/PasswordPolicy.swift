/// Which passwords may be chosen. Pure: the list of common passwords is an argument.
public struct PasswordPolicy: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable { case modern, classic }

    public var kind: Kind
    /// In Unicode code points.
    public var minimumLength: Int
    public var maximumLength: Int

    public init(kind: Kind, minimumLength: Int, maximumLength: Int) {
        self.kind = kind
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
    }

    /// How many former passwords the classic policy compares with.
    public static let remembered = 5

    public static let modern = PasswordPolicy(kind: .modern, minimumLength: 15, maximumLength: 256)
    public static let classic = PasswordPolicy(kind: .classic, minimumLength: 12, maximumLength: 30)

    /// What a password must not repeat, and who uses it.
    public struct Subject: Hashable, Sendable {
        public let username: String
        public let firstName: String
        public let lastName: String
        public let mailbox: String
        public let usesAPI: Bool

        public init(username: Username, name: PersonName, email: EmailAddress, access: AccessMethods) {
            self.username = username.text
            firstName = name.first
            lastName = name.last
            mailbox = email.localPart
            usesAPI = access.api
        }
    }

    /// The first rule that the candidate breaks, in the order in which a person can mend them; `nil` when it may be used.
    /// - Parameter isCommon: is this lower-cased text on the list of common passwords?
    public func fault(in candidate: String, for subject: Subject, isCommon: (String) -> Bool) -> PasswordFault? {
        let scalars = candidate.unicodeScalars
        if scalars.isEmpty { return .missing }
        if scalars.count < minimumLength { return .tooShort(minimum: minimumLength, actual: scalars.count) }
        if scalars.count > maximumLength { return .tooLong(maximum: maximumLength) }
        if scalars.contains(where: LineOfText.isControl) { return .unprintable }
        if subject.usesAPI || kind == .classic, !scalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) { return .notASCII }
        if kind == .classic, let fault = classicFault(scalars) { return fault }
        if isCommon(candidate.lowercased()) { return .common }
        return containsOwnName(candidate.lowercased(), subject) ? .containsOwnName : nil
    }

    private func containsOwnName(_ folded: String, _ subject: Subject) -> Bool {
        [subject.username, subject.firstName, subject.lastName, subject.mailbox].contains { part in
            part.unicodeScalars.count >= 4 && Self.contains(folded, part.lowercased())
        }
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let haystack = Array(text.utf8)
        let needle = Array(part.utf8)
        guard haystack.count >= needle.count else { return false }
        return (0...(haystack.count - needle.count)).contains { haystack[$0..<($0 + needle.count)].elementsEqual(needle) }
    }

    private func classicFault(_ scalars: String.UnicodeScalarView) -> PasswordFault? {
        if scalars.contains(" ") { return .notASCII }
        let classes = [
            scalars.contains { ("a"..."z").contains($0) }, scalars.contains { ("A"..."Z").contains($0) },
            scalars.contains { ("0"..."9").contains($0) }, scalars.contains { !$0.properties.isAlphabetic && !("0"..."9").contains($0) },
        ]
        if classes.count(where: { $0 }) < 3 { return .classesMissing }
        var run = 0
        var last: Unicode.Scalar?
        for scalar in scalars {
            run = scalar == last ? run + 1 : 1
            if run >= 4 { return .repeats }
            last = scalar
        }
        return nil
    }
}

/// When a password must be renewed: dashboard-only users, after the policy's days; users with the API access method never.
public enum PasswordExpiry {
    /// When a dashboard-only user must have chosen a new password; `nil`: never.
    public static func renewal(access: AccessMethods, changedAt: Instant?, renewalDays: Int64) -> Instant? {
        guard access.isDashboardOnly, renewalDays > 0, let changedAt else { return nil }
        return changedAt + .days(renewalDays)
    }

    public static func mustRenew(access: AccessMethods, changedAt: Instant?, renewalDays: Int64, now: Instant) -> Bool {
        renewal(access: access, changedAt: changedAt, renewalDays: renewalDays).map { now >= $0 } ?? false
    }
}
