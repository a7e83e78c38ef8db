public import Domain
import Synchronization

/// The settings as they were last read: for whatever must not wait for the store, such as the page that says that it does not answer.
public final class RememberedSettings: Sendable {
    private let last = Mutex(Settings.initial)

    public init() {}

    public var value: Settings { last.withLock { $0 } }

    public func set(_ settings: Settings) { last.withLock { $0 = settings } }
}
