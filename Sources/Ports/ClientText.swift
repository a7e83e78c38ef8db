/// What a program says of itself in `User-Agent` (RFC 9110 section 10.1.5), cut to what is kept of it.
///
/// Anybody may write anything there, as long as they like: it is shown, never believed, and must not fill memory.
public enum ClientText {
    /// In characters, all of them ASCII.
    public static let longest = 200

    /// The printable ASCII characters among the first ones.
    public static func kept(_ text: String) -> String { kept(text.utf8.prefix(longest)) }

    /// The same of bytes, at most `longest` of which are looked at.
    public static func kept(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.prefix(longest).filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
    }
}
