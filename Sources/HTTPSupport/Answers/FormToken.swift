public import HTTPTypes

/// Whether a state-changing request comes from a page of ours. (The token in the form is made where the session's secret is known.)
public enum FormToken {
    /// Origin must be this host over this scheme. It may be missing only from clients that send no Sec-Fetch-Site either, or say
    /// `same-origin` there. `null` is refused, and so is every other Sec-Fetch-Site.
    public static func sameOrigin(_ headers: HTTPFields, facts: RequestFacts) -> Bool {
        sameOrigin(headers, host: facts.host, isSecure: facts.isSecure)
    }

    static func sameOrigin(_ headers: HTTPFields, host: RequestHost, isSecure: Bool) -> Bool {
        let sites = headers[values: secFetchSite]
        if !(sites.isEmpty || sites == ["same-origin"]) { return false }
        let origins = headers[values: .origin]
        guard !origins.isEmpty else { return true }
        guard origins.count == 1, let origin = origins.first else { return false }
        let scheme = isSecure ? "https" : "http"
        guard origin.hasPrefix(scheme + "://"), let named = RequestHost(parsing: String(origin.dropFirst(scheme.utf8.count + 3))) else {
            return false
        }
        let usual = isSecure ? 443 : 80
        return named.name == host.name && (named.port ?? usual) == (host.port ?? usual)
    }

    private static let secFetchSite = HTTPField.Name.make("Sec-Fetch-Site")
}
