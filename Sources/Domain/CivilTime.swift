/// A moment in the proleptic Gregorian calendar, UTC.
public struct CivilTime: Hashable, Sendable {
    public let year: Int64, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int

    static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    static let weekdayNames = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    public init(_ instant: Instant) {
        let days = Self.floorDivide(instant.milliseconds, 86_400_000)
        let rest = Int(instant.milliseconds - days * 86_400_000)
        (year, month, day) = Self.date(daysSince1970: days)
        hour = rest / 3_600_000
        minute = rest / 60_000 % 60
        second = rest / 1000 % 60
        millisecond = rest % 1000
    }

    /// `2026-11-24T14:05:09Z` (ISO 8601, RFC 3339).
    public var iso8601: String {
        "\(Self.pad(Int(year), 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))T\(clock):\(Self.pad(second, 2))Z"
    }

    /// `24 November 2026, 14:05 UTC`, as pages and letters write it.
    public var sentence: String { "\(day) \(Self.monthNames[month - 1]) \(year), \(clock) UTC" }

    /// `24 November 2026, 14:05`, or `2:05 pm` for those who count so.
    public func words(_ face: Preferences.ClockFace) -> String {
        let date = "\(day) \(Self.monthNames[month - 1]) \(year), "
        switch face {
        case .hours24: return date + clock
        case .hours12: return date + "\(hour % 12 == 0 ? 12 : hour % 12):\(Self.pad(minute, 2)) \(hour < 12 ? "am" : "pm")"
        }
    }

    private var clock: String { "\(Self.pad(hour, 2)):\(Self.pad(minute, 2))" }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    /// Days to a date by counting 400-year eras that begin on 1 March.
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), Int(month), Int(day))
    }

    static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Instant {
    public var iso8601: String { CivilTime(self).iso8601 }
    public var sentence: String { CivilTime(self).sentence }

    /// `Tue, 24 Nov 2026 14:05:09 +0000` (RFC 5322 section 3.3), for a letter's `Date`.
    public var mailDate: String { dayAndClock + " +0000" }

    /// `Tue, 24 Nov 2026 14:05:09 GMT` (RFC 9110 section 5.6.7), for an answer's `Date`.
    public var httpDate: String { dayAndClock + " GMT" }

    private var dayAndClock: String {
        let civil = CivilTime(self)
        let days = CivilTime.floorDivide(milliseconds, 86_400_000)
        let weekday = CivilTime.weekdayNames[Int(((days % 7) + 7) % 7)]
        let month = CivilTime.monthNames[civil.month - 1].prefix(3)
        let clock = [civil.hour, civil.minute, civil.second].map { CivilTime.pad($0, 2) }.joined(separator: ":")
        return "\(weekday), \(CivilTime.pad(civil.day, 2)) \(month) \(CivilTime.pad(Int(civil.year), 4)) \(clock)"
    }
}
