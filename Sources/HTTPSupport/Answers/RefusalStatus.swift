public import Domain
public import HTTPTypes

/// What each refusal is over HTTP: the one table.
public struct RefusalStatus: Hashable, Sendable {
    /// The status for pages and the admin API.
    public let status: HTTPResponse.Status
    /// The word for machines.
    public let reason: String
    /// The number for the account API.
    public let code: AnswerCode

    /// The status for the account API, whose clients expect 400 for what was sent wrongly.
    public var accountAPIStatus: HTTPResponse.Status { status == .unprocessableContent ? .badRequest : status }

    private init(_ status: HTTPResponse.Status, _ reason: String, _ code: AnswerCode) {
        self.status = status
        self.reason = reason
        self.code = code
    }

    public init(_ refusal: Refusal) {
        switch refusal {
        case .invalid(let faults): self.init(.unprocessableContent, "invalid", faults.first.map { AnswerCode($0) } ?? .badRequest)
        case .denied(let denial): self.init(denial)
        case .notSignedIn: self.init(.unauthorized, "not-signed-in", .accessDenied)
        case .signIn(let refusal): self.init(refusal)
        case .link(let refusal): self.init(refusal)
        case .noSuchUser: self.init(.notFound, "no-such-user", .noSuchUser)
        case .noSuchAccount: self.init(.notFound, "no-such-account", .noAccount)
        case .notFound: self.init(.notFound, "not-found", .noSuchResource)
        case .conflict: self.init(.conflict, "conflict", .badRequest)
        case .notNow(let state): self.init(.conflict, Self.reason(of: state), .badRequest)
        case .wait: self.init(.tooManyRequests, "wait", .accessDenied)
        case .busy: self.init(.serviceUnavailable, "busy", .badRequest)
        case .unavailable: self.init(.serviceUnavailable, "unavailable", .badRequest)
        }
    }

    /// Somebody else's user and no user at all are one answer: who exists is nobody's business.
    private init(_ denial: Denial) {
        switch denial {
        case .adminsOnly: self.init(.forbidden, "admins-only", .accessDenied)
        case .operatorsOnly: self.init(.forbidden, "operators-only", .accessDenied)
        case .notYourUser: self.init(.notFound, "no-such-user", .noSuchUser)
        case .someAccountsAreForeign: self.init(.forbidden, "some-accounts-are-foreign", .notYourUser)
        case .ownLevel: self.init(.forbidden, "own-level", .accessDenied)
        case .ownDeactivation: self.init(.forbidden, "own-deactivation", .accessDenied)
        case .lastAdmin: self.init(.conflict, "last-admin", .accessDenied)
        case .lastOperator: self.init(.conflict, "last-operator", .accessDenied)
        }
    }

    private init(_ refusal: SignInRefusal) {
        switch refusal {
        case .notRecognised: self.init(.unauthorized, "not-recognised", .accessDenied)
        case .apiOnly: self.init(.forbidden, "api-only", .accessDenied)
        case .deactivated: self.init(.forbidden, "deactivated", .accessDenied)
        case .notVerified: self.init(.forbidden, "not-verified", .accessDenied)
        }
    }

    private init(_ refusal: LinkRefusal) {
        switch refusal {
        case .unknown: self.init(.notFound, "link-unknown", .noSuchResource)
        case .expired: self.init(.gone, "link-expired", .noSuchResource)
        case .used: self.init(.gone, "link-used", .noSuchResource)
        case .replaced: self.init(.gone, "link-replaced", .noSuchResource)
        case .closed: self.init(.gone, "link-closed", .noSuchResource)
        case .wrongPhone: self.init(.unprocessableContent, "wrong-phone", .badPhone)
        case .alreadyShown: self.init(.gone, "already-shown", .noSuchResource)
        }
    }

    private static func reason(of state: Refusal.NotNow) -> String {
        switch state {
        case .alreadyVerified: "already-verified"
        case .notVerified: "not-verified"
        case .alreadyDeactivated: "already-deactivated"
        case .notDeactivated: "not-deactivated"
        case .notLocked: "not-locked"
        case .alreadySetUp: "already-set-up"
        case .noAPIAccess: "no-api-access"
        case .noDashboardAccess: "no-dashboard-access"
        case .rotationUnderWay: "rotation-under-way"
        case .noOldPassword: "no-old-password"
        case .alreadyExtended: "already-extended"
        case .keyInUse: "idempotency-key-in-use"
        case .keyUsedForAnother: "idempotency-key-used"
        }
    }

    /// The Retry-After of a refusal that ends by itself, in seconds from `now`.
    public static func retryAfter(_ refusal: Refusal, now: Instant) -> Int64? {
        switch refusal {
        case .wait(let until): max(1, (until - now).secondsRoundedUp)
        case .busy(let seconds): Int64(max(1, seconds))
        case .unavailable: 5
        case .invalid, .denied, .notSignedIn, .signIn, .link, .noSuchUser, .noSuchAccount, .notFound, .conflict, .notNow: nil
        }
    }
}
