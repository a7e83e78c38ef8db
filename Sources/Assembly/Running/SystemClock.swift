import Foundation
public import Domain
public import Ports

/// The machine's clock.
public struct SystemClock: WallClock {
    public init() {}

    public func now() -> Instant { Instant(Date()) }
}
