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

    /// Writes a request id that nobody has had.
    public mutating func writeID(with pen: inout AnswerPen) {
        if nextID >= ids.count { drawIDs() }
        pen.write(ids, nextID..<(nextID + RequestID.length))
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
        readDate(now)
        buffer.writeBytes(date)
    }

    /// Writes the value of a `Date` field (RFC 9110, section 6.6.1).
    public mutating func writeDate(_ now: Instant, with pen: inout AnswerPen) {
        readDate(now)
        pen.write(date, 0..<date.count)
    }

    /// What both write, in bytes at most.
    public static let room = RequestID.length + 32

    private mutating func readDate(_ now: Instant) {
        let second = now.milliseconds / 1000
        guard second != dateSecond else { return }
        date = Array(now.httpDate.utf8)
        dateSecond = second
    }

    private mutating func drawIDs() {
        let random = entropy.stretched(to: RequestID.randomBytes * idsAtATime)
        ids.removeAll(keepingCapacity: true)
        RequestID.append(random, to: &ids)
        nextID = 0
    }
}
