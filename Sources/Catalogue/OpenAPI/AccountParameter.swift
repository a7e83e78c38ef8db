/// Which path parameter of an API is the account id.
struct AccountParameter {
    /// As the document writes it.
    let name: String
    /// Whether it was guessed from a word that may mean something else.
    let isDoubtful: Bool
    private let key: String

    /// - Parameters:
    ///   - counts: how often each parameter stands in a path.
    ///   - asked: what somebody named; capitals, dashes and underscores do not count.
    init(in counts: [String: Int], asked: String?) throws(OpenAPIFault) {
        let names = counts.sorted { left, right in (-left.value, left.key) < (-right.value, right.key) }.map(\.key)
        if let asked {
            guard let name = counts[asked] == nil ? names.first(where: { name in Self.key(name) == Self.key(asked) }) : asked else {
                throw .noSuchParameter(asked, known: names)
            }
            self.init(name: name, isDoubtful: false)
        } else if let name = Self.first(of: Self.plain, in: names) {
            self.init(name: name, isDoubtful: false)
        } else if let name = Self.first(of: Self.doubtful, in: names) {
            self.init(name: name, isDoubtful: true)
        } else {
            throw .noAccount(known: names)
        }
    }

    private init(name: String, isDoubtful: Bool) {
        self.name = name
        self.isDoubtful = isDoubtful
        key = Self.key(name)
    }

    /// For paths that get theirs from a prefix.
    static let prefixed = AccountParameter(name: "accountId", isDoubtful: false)

    /// Whether another spelling names the same: `account_id` and `accountId` do.
    func isSame(as name: String) -> Bool { Self.key(name) == key }

    private static let plain = [
        "accountid", "accountsid", "accountnumber", "accountno", "accountuuid", "accountguid", "accountkey", "acctid", "account", "acct",
    ]
    private static let doubtful = [
        "tenantid", "tenant", "customerid", "customer", "organizationid", "organisationid", "orgid", "organization", "organisation", "org",
        "companyid", "company", "workspaceid", "workspace",
    ]

    private static func first(of keys: [String], in names: [String]) -> String? {
        for key in keys {
            if let name = names.first(where: { name in Self.key(name) == key }) { return name }
        }
        return nil
    }

    private static func key(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.filter { scalar in scalar.isASCII && scalar.properties.isAlphabetic || scalar.properties.numericType != nil })
        )
        .lowercased()
    }
}
