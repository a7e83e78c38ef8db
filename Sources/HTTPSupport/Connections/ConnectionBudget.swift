import Synchronization

/// How many connections several listeners may have together.
public final class ConnectionBudget: Sendable {
    private let most: Int
    private let taken = Atomic(0)

    public init(_ most: Int) { self.most = most }

    /// `false`: there are as many as there may be.
    func take() -> Bool {
        guard taken.add(1, ordering: .relaxed).newValue > most else { return true }
        giveBack()
        return false
    }

    func giveBack() { taken.subtract(1, ordering: .relaxed) }
}
