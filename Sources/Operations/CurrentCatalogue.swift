public import Catalogue
import Synchronization

/// The role catalogue in force. Swapped in whole; readers keep the one they took.
public final class CurrentCatalogue: Sendable {
    private let current: Mutex<CompiledCatalogue>

    public init(_ catalogue: CompiledCatalogue) { current = Mutex(catalogue) }

    public var value: CompiledCatalogue { current.withLock { $0 } }

    public func replace(with catalogue: CompiledCatalogue) { current.withLock { $0 = catalogue } }
}
