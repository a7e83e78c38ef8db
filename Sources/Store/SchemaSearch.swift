/// An index of every three letters that follow each other in what a search looks through, kept by triggers. `search_residue` knows whether
/// anything has been taken out of it that its pages may still hold.
enum SchemaSearch {
    @Sendable static func statements(_ d: Dialect) -> [String] {
        [
            """
            CREATE TABLE search_residue (
                id \(d.integer) PRIMARY KEY CHECK (id = 1),
                present \(d.integer) NOT NULL CHECK (present IN (0, 1)),
                merging \(d.integer) NOT NULL CHECK (merging IN (0, 1)))
            """ + d.tableOptions,
            "INSERT INTO search_residue (id, present, merging) VALUES (1, 0, 0)",
        ] + d.searchIndex
    }
}
