/// Why a store did not open. Each case says itself in one sentence that an operator can act on.
public enum StoreFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file could not be made, opened or restricted to its owner.
    case cannotOpen(path: String, reason: String)
    /// The database does not promise that what it acknowledged survives a loss of power.
    case notDurable(setting: String, found: String, wanted: String)
    /// Made by a newer version of the program.
    case newerSchema(found: Int, known: Int)
    case migrationFailed(number: Int, reason: String)
    /// A question about the open database was not answered.
    case unreadable(reason: String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "The database \(path) cannot be opened: \(reason)."
        case .notDurable(let setting, let found, let wanted):
            "The database does not keep what it acknowledged after a loss of power: \(setting) is \(found), not \(wanted)."
        case .newerSchema(let found, let known):
            "The database has schema \(found), but this version of Latchkey knows schemas up to \(known): install the newer version again."
        case .migrationFailed(let number, let reason):
            "The database could not be brought to schema \(number); it is as it was before: \(reason)."
        case .unreadable(let reason):
            "The database does not answer: \(reason)."
        }
    }
}
