public import Domain
public import NIOCore
public import Secrets

/// What every quick answer says of itself: its request id and the date. Ids are drawn many at a time and the date is written once a second,
/// so that neither costs an answer anything.
public struct AnswerMarks {
    private let entropy: any Entropy
    private var ids: [UInt8] = []
    private var nextID = 0
    private var date: [UInt8] = []
    private var dateSecond: Int64?

    /// A connection that has used up its first ids asks often.
    private var idsAtATime: Int { ids.isEmpty ? 4 : 64 }

    public init(_ entropy: any Entropy) { self.entropy = entropy }

    /// Writes a request id that nobody has had: `lastID` until the next one.
    public mutating func writeID(into buffer: inout ByteBuffer) {
        drawID()
        repeatID(into: &buffer)
    }

    /// Draws a request id that nobody has had: `lastID` until the next one.
    public mutating func drawID() {
        if nextID >= ids.count { drawIDs() }
        nextID += RequestID.length
    }

    /// The id written last; only for whoever writes it down.
    public var lastID: RequestID {
        RequestID(written: nextID < RequestID.length ? "" : String(decoding: ids[(nextID - RequestID.length)..<nextID], as: UTF8.self))
    }

    /// Writes the id that was written last once more.
    public func repeatID(into buffer: inout ByteBuffer) {
        if nextID >= RequestID.length { buffer.writeBytes(ids[(nextID - RequestID.length)..<nextID]) }
    }

    /// Writes the value of a `Date` field (RFC 9110, section 6.6.1).
    public mutating func writeDate(_ now: Instant, into buffer: inout ByteBuffer) {
        let second = now.milliseconds / 1000
        if second != dateSecond {
            date = Array(now.httpDate.utf8)
            dateSecond = second
        }
        buffer.writeBytes(date)
    }

    private mutating func drawIDs() {
        let random = entropy.stretched(to: RequestID.randomBytes * idsAtATime)
        ids.removeAll(keepingCapacity: true)
        for start in stride(from: 0, to: random.count, by: RequestID.randomBytes) { RequestID.append(random[start...], to: &ids) }
        nextID = 0
    }
}
