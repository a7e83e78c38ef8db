/// What an open database says about itself, for `doctor`.
public struct StoreFacts: Hashable, Sendable {
    /// `PRAGMA synchronous` of the writing connection: 2 is FULL.
    public let synchronous: Int
    public let journalMode: String
    public let foreignKeys: Bool
    public let secureDelete: Bool
    public let schemaVersion: Int
    /// The newest schema this program knows.
    public let knownSchemaVersion: Int
    public let pageCount: Int64
    public let freePageCount: Int64
    /// In bytes.
    public let pageSize: Int64
    /// `PRAGMA quick_check`: empty when the file is sound, else what is wrong with it.
    public let damage: [String]

    /// What it acknowledged stays, the file is sound, and the schema is this program's.
    public var isSafe: Bool {
        synchronous >= 2 && journalMode == "wal" && foreignKeys && damage.isEmpty && schemaVersion == knownSchemaVersion
    }
}
