import Catalogue
import HTTPSupport
import Ports

/// The last Host that a connection has named, so that the next request with the same costs a comparison.
struct LastHost {
    private var written: [UInt8] = []
    private(set) var host: RequestHost?

    /// Reads a Host; nil for what is none.
    mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>) -> RequestHost? {
        if host != nil, bytes.equals(written, range) { return host }
        written = bytes.bytes(range)
        host = RequestHost(parsing: String(decoding: written, as: UTF8.self))
        return host
    }
}

/// What the program at the other end says of itself, made to a text only when it is another than before.
struct LastClient {
    private var written: [UInt8] = []
    private var text = ""

    /// - Parameter range: nil when it says nothing.
    mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>?) -> String {
        guard let range, !range.isEmpty else { return "" }
        let looked = range.lowerBound..<min(range.upperBound, range.lowerBound + ClientText.longest)
        if bytes.equals(written, looked) { return text }
        written = bytes.bytes(looked)
        text = ClientText.kept(written)
        return text
    }
}

extension Method {
    /// The method that stands in these bytes; the common ones without a text being made.
    init?(plain bytes: Span<UInt8>, _ range: Range<Int>) {
        if bytes.equals("GET", range) {
            self = .get
        } else if bytes.equals("POST", range) {
            self = .post
        } else if bytes.equals("PUT", range) {
            self = .put
        } else {
            self.init(parsing: String(decoding: bytes.bytes(range), as: UTF8.self))
        }
    }
}
