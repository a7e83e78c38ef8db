public import Domain
import Foundation
public import Ports

/// The machine's clock.
public struct SystemClock: WallClock {
    public init() {}

    public func now() -> Instant { Instant(Date()) }
}
