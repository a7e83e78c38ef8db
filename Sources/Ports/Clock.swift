public import Domain

/// What time it is. Read once per request or act and passed on as an `Instant`.
public protocol WallClock: Sendable {
    func now() -> Instant
}
