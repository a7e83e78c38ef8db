public import Domain
public import NIOCore

/// Answers plain requests at once, on the event loop, ahead of everything else that a listener has. What it does not answer goes the
/// ordinary way as if nobody had looked at it.
public protocol QuickResponder: Sendable {
    /// One for each connection, used on its event loop only. `nil`: all requests of this peer go the ordinary way.
    ///
    /// - Parameter peer: nil on a Unix socket.
    func connection(from peer: IPAddress?) -> (any QuickConnection)?

    /// Read once for all requests that came together.
    func now() -> Instant
}

/// The quick answers of one connection.
public protocol QuickConnection: AnyObject {
    /// Writes the whole answer behind what `answers` holds already. `false`: nothing has been written or done, and the request goes the
    /// ordinary way.
    ///
    /// - Parameter bytes: what has been read; `request` says where its parts lie in it.
    func answer(_ request: borrowing QuickRequest, in bytes: Span<UInt8>, now: Instant, into answers: inout ByteBuffer) -> Bool
}

/// Where the parts of one plain request without a body lie in what has been read.
public struct QuickRequest: ~Copyable {
    let scanner: LaneScanner

    public var method: Range<Int> { scanner.method }
    public var target: Range<Int> { scanner.target }
    public var fieldCount: Int { scanner.fields.count }

    /// The name of a field.
    public func name(_ index: Int) -> Range<Int> { scanner.fields[index].nameStart..<scanner.fields[index].nameEnd }

    /// The value of a field, without the blanks around it.
    public func value(_ index: Int) -> Range<Int> { scanner.fields[index].valueStart..<scanner.fields[index].valueEnd }
}
