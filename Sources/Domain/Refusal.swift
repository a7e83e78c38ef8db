/// Everything an operation may answer instead of a result. Closed: whoever shows a refusal handles every case.
public enum Refusal: Error, Hashable, Sendable {
    /// One or more fields are not right; nothing was saved.
    case invalid([FieldFault])
    case denied(Denial)
    /// Nobody is signed in, or the session has ended.
    case notSignedIn
    case signIn(SignInRefusal)
    case link(LinkRefusal)
    /// No such user, or not one of the caller's.
    case noSuchUser
    case noSuchAccount
    case notFound
    /// Somebody changed the user since the caller read it.
    case conflict(currentVersion: Int64)
    /// The act does not fit the state the user is in (resend to a verified user, unlock of one that is not locked …).
    case notNow(NotNow)
    /// Too many tries at this door; may be tried again at that time.
    case wait(until: Instant)
    /// Hashing or the store is at its limit; nothing was decided.
    case busy(retryAfter: Int)
    /// The store did not answer; nothing was saved.
    case unavailable

    public enum NotNow: Hashable, Sendable {
        case alreadyVerified, notVerified, alreadyDeactivated, notDeactivated, notLocked, alreadySetUp, noAPIAccess, noDashboardAccess
        /// Two passwords are live, and both are in use; the older one ends then.
        case rotationUnderWay(until: Instant)
        /// No older password that still works.
        case noOldPassword
        /// The older password's time was extended already.
        case alreadyExtended
        /// The same request is being carried out, or has been, by another call at the same moment.
        case keyInUse
        /// The `Idempotency-Key` came with another request before.
        case keyUsedForAnother
    }
}

/// Why a sign-in was refused. `notRecognised` is the one answer for all who did not prove who they are.
public enum SignInRefusal: Hashable, Sendable {
    case notRecognised
    /// The password was right, but …
    case apiOnly
    case deactivated
    case notVerified
}

/// Why a mailed link did nothing.
public enum LinkRefusal: Hashable, Sendable {
    /// Never issued, or mistyped.
    case unknown
    case expired(at: Instant)
    case used
    /// Replaced by a newer link, or ended by a change of the user.
    case replaced
    /// Five wrong phone numbers.
    case closed
    case wrongPhone(triesLeft: Int)
    /// The password behind the link was shown already.
    case alreadyShown
}
