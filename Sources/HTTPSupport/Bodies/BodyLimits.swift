/// How much of a body is decoded. Proxied bodies pass by these limits.
public enum BodyLimits {
    /// 64 KiB.
    public static let bytes = 65_536
    /// Nested elements, objects or arrays.
    public static let depth = 16
    /// XML elements, or JSON values.
    public static let elements = 10_000
    /// Pairs of a form or query.
    public static let fields = 500
    /// The name of a field, in bytes.
    public static let nameBytes = 100
}
