public import Domain
import Ports
import Secrets

extension SQLiteStore {
    /// Seals anew, under the newest instance key, what this store has sealed under older ones. Afterwards an older key opens nothing here.
    /// Others write in between; it may be stopped at any point and begun again.
    /// - Returns: how many hashes and letters were sealed anew.
    public func reseal() async throws(Refusal) -> Int {
        var count = 0
        for place in [SealedPlace.hashes, .letters] {
            var last: Int64? = 0
            while let from = last {
                let step = try await resealPage(of: place, after: from)
                count += step.count
                last = step.last
            }
        }
        return count
    }

    private func resealPage(of place: SealedPlace, after id: Int64) async throws(Refusal) -> (last: Int64?, count: Int) {
        try await write { (transaction) throws(Refusal) in
            let sealer = transaction.keys.sealer
            let page = try transaction.rows(place.page, [id]) { (row) throws(SQLFault) in
                (id: try row.int64("id"), bound: try row.int64("bound"), sealed: try row.bytes("sealed"))
            }
            var count = 0
            for row in page where !sealer.isCurrent(row.sealed) {
                let context = place.context(row.bound)
                let anew: [UInt8]
                do throws(SealFault) {
                    anew = sealer.seal(try sealer.open(row.sealed, for: context), for: context)
                } catch {
                    throw transaction.refusal(for: .unreadable("\(context) does not open"))
                }
                try transaction.execute(place.update, [row.id, anew])
                count += 1
            }
            return (page.last?.id, count)
        }
    }
}

/// A column of sealed bytes.
private enum SealedPlace {
    case hashes, letters

    var page: String {
        switch self {
        case .hashes: "SELECT id, user_id AS bound, hash AS sealed FROM credentials WHERE id > $1 ORDER BY id LIMIT 200"
        case .letters: "SELECT id, id AS bound, content AS sealed FROM letters WHERE id > $1 AND content IS NOT NULL ORDER BY id LIMIT 200"
        }
    }

    var update: String {
        switch self {
        case .hashes: "UPDATE credentials SET hash = $2 WHERE id = $1"
        case .letters: "UPDATE letters SET content = $2 WHERE id = $1"
        }
    }

    func context(_ bound: Int64) -> String {
        switch self {
        case .hashes: SealContext.hash(of: Identifier(bound))
        case .letters: SealContext.letter(Identifier(bound))
        }
    }
}
