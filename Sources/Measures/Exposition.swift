/// Figures in Prometheus' text format 0.0.4.
public struct Exposition: Sendable {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    public enum Kind: String, Sendable { case counter, gauge, histogram }

    /// A label and its value, which is a word of a closed set: never a path, a name or an address.
    public struct Label: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: StaticString, _ value: String) {
            self.name = name.description
            self.value = value
        }
    }

    public private(set) var text = ""
    private var name = ""

    public init() {}

    /// Begins a figure: its samples follow.
    public mutating func figure(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        self.name = name.description
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    public mutating func sample(_ value: UInt64, _ labels: [Label] = []) { line(suffix: "", labels, String(value)) }

    public mutating func sample(_ value: Int, _ labels: [Label] = []) { line(suffix: "", labels, String(value)) }

    /// - Parameter nanoseconds: written in seconds.
    public mutating func sample(nanoseconds: UInt64, _ labels: [Label] = []) { line(suffix: "", labels, Self.seconds(nanoseconds)) }

    /// A whole histogram, in seconds.
    public mutating func sample(_ reading: Histogram.Reading, _ labels: [Label] = []) {
        var sum: UInt64 = 0
        for (bound, count) in zip(reading.bounds, reading.counts) {
            sum &+= count
            line(suffix: "_bucket", labels + [Label("le", Self.seconds(bound))], String(sum))
        }
        line(suffix: "_bucket", labels + [Label("le", "+Inf")], String(reading.count))
        line(suffix: "_sum", labels, Self.seconds(reading.nanoseconds))
        line(suffix: "_count", labels, String(reading.count))
    }

    private mutating func line(suffix: String, _ labels: [Label], _ value: String) {
        text += name + suffix
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case _: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Nanoseconds as decimal seconds, exactly.
    static func seconds(_ nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest == 0 { return String(whole) }
        let digits = String(rest)
        var fraction = String(repeating: "0", count: 9 - digits.utf8.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}
