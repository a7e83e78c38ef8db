public import Domain
public import NIOCore

/// Answers plain requests at once, on the event loop, ahead of everything else that a listener has. What it does not answer goes the
/// ordinary way as if nobody had looked at it.
public protocol QuickResponder: Sendable {
    /// One for each connection, used on its event loop only. `nil`: all requests of this peer go the ordinary way.
    ///
    /// - Parameters:
    ///   - peer: nil on a Unix socket.
    ///   - loop: the connection's; this is called on it.
    func connection(from peer: IPAddress?, on loop: any EventLoop) -> (any QuickConnection)?

    /// The longest body with which a request is looked at: it is waited for as long as for a header. In bytes.
    var longestBody: Int { get }

    /// Read once for all requests that came together.
    func now() -> Instant

    /// Where its connections leave what takes longer; nil: nowhere.
    var errands: LaneErrands? { get }
}

extension QuickResponder {
    public var errands: LaneErrands? { nil }
}

/// What became of a request that was offered to a `QuickConnection`.
public enum QuickAnswer: Hashable, Sendable {
    /// Nothing has been written or done: the request goes the ordinary way.
    case notOurs
    /// The whole answer has been written.
    case written
    /// The answer will come: `begin` is called next, and no other request before that answer's end.
    case underWay
}

/// The quick answers of one connection.
public protocol QuickConnection: AnyObject {
    /// Writes the whole answer behind what `answers` holds already, or says that it will come.
    ///
    /// - Parameter bytes: what has been read; `request` says where its parts lie in it.
    func answer(_ request: borrowing QuickRequest, in bytes: Span<UInt8>, now: Instant, into answers: inout ByteBuffer) -> QuickAnswer

    /// Whether an answer that is under way goes out though its client has closed its side of the connection.
    var outlivesInput: Bool { get }

    /// The answer that is under way may be written from now on.
    func begin(_ way: any LaneWay)

    /// The client takes bytes again.
    func clientTakes()

    /// The client has gone: nobody waits for the answer that is under way.
    func clientLeft()
}

/// The way of an answer that takes longer to its client. For the connection's event loop only.
public protocol LaneWay: AnyObject {
    /// Whether the client keeps up with what is written. `clientTakes` is called when it does again.
    var isWritable: Bool { get }

    func write(_ bytes: ByteBuffer)

    func flush()

    /// The answer has been written and flushed; the connection goes on.
    func end()

    /// The answer cannot be brought to its end, which the client must see: the connection ends.
    func breakOff()
}

/// Where the parts of one plain request lie in what has been read.
public struct QuickRequest: ~Copyable {
    let scanner: LaneScanner

    public var method: Range<Int> { scanner.method }
    public var target: Range<Int> { scanner.target }
    public var body: Range<Int> { scanner.body }
    public var fieldCount: Int { scanner.fields.list.count }

    /// Whether every byte of every field is one of ASCII.
    public var isASCII: Bool { scanner.fields.isASCII }

    /// The name of a field.
    public func name(_ index: Int) -> Range<Int> { scanner.fields.list[index].name }

    /// The value of a field, without the blanks around it.
    public func value(_ index: Int) -> Range<Int> { scanner.fields.list[index].value }
}
