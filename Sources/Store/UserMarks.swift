import Domain
import Ports

/// Something that is true, or not true, of a user, and that each user has a bit for.
struct Mark: Hashable {
    let name: String
    let isSet: Bool

    init(_ name: String, isSet: Bool = true) {
        self.name = name
        self.isSet = isSet
    }

    static func role(_ role: String) -> Mark { Mark("role \(role)") }
    static func access(_ dashboard: Bool, _ api: Bool) -> Mark { Mark("access \(dashboard ? 1 : 0)\(api ? 1 : 0)") }
    static func level(_ level: AdministrationLevel) -> Mark { Mark("level \(level.rawValue)") }
    static func progress(_ progress: Domain.Progress) -> [Mark] { [Mark("progress \(progress.rawValue)"), Mark("deactivated", isSet: false)] }
    static let deactivated = Mark("deactivated")

    /// Users in one row.
    static let chunk: Int64 = 64
}

/// Users whom marks tell apart from the others.
extension Transaction {
    /// Those with all these marks, by id; `nil`: there are more than `most`, or no mark leads to them.
    func marked(_ marks: [Mark], most: Int) throws(Refusal) -> [Int64]? {
        var found: [Int64] = []
        let isWhole = try chunks(marks) { chunk, bits in
            var rest = UInt64(bitPattern: bits)
            while rest != 0 {
                found.append(chunk &* Mark.chunk &+ Int64(rest.trailingZeroBitCount))
                rest &= rest &- 1
            }
            return found.count > most
        }
        return isWhole ? found : nil
    }

    /// How many have all these marks; `nil`: no mark leads to them.
    ///
    /// - Parameter bound: as far as it is counted; one more says that there are more.
    func countMarked(_ marks: [Mark], upTo bound: Int) throws(Refusal) -> Int? {
        guard marks.contains(where: \.isSet) else { return nil }
        var count = 0
        _ = try chunks(marks) { _, bits in
            count += bits.nonzeroBitCount
            return count > bound
        }
        return count
    }

    /// The bits that all marks have, until `isEnough` says so.
    ///
    /// - Returns: whether that was all of them.
    private func chunks(_ marks: [Mark], _ isEnough: (_ chunk: Int64, _ bits: Int64) -> Bool) throws(Refusal) -> Bool {
        let marks = Array(Set(marks)).sorted { ($0.isSet ? 0 : 1, $0.name) < ($1.isSet ? 0 : 1, $1.name) }
        guard let first = marks.first, first.isSet else { return false }
        var arguments = SQLArguments()
        let name = arguments.placeholder(for: first.name)
        var (source, bits) = ("user_marks some", "some.bits")
        for (index, mark) in marks.dropFirst().enumerated() {
            let table = "m\(index)"
            source += mark.isSet ? " CROSS JOIN" : " LEFT JOIN"
            source += " user_marks \(table) ON \(table).mark = \(arguments.placeholder(for: mark.name)) AND \(table).chunk = some.chunk"
            bits += mark.isSet ? " & \(table).bits" : " & ~coalesce(\(table).bits, 0)"
        }
        let sql = "SELECT some.chunk, \(bits) FROM \(source) WHERE some.mark = \(name) AND \(bits) <> 0 ORDER BY some.chunk"
        do {
            return try connection.scan(sql, arguments.values, isEnough)
        } catch {
            throw refusal(for: error)
        }
    }
}
