/// A day of the Gregorian calendar, as `2026-11-24` writes it.
public enum CivilDate {
    /// The first moment of that day, UTC; `nil` for what is no day from 1970 to 9999.
    public static func start(of text: String) -> Instant? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count == 10, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]), (1970...9999).contains(year),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let instant = Instant(milliseconds: days(year, month, day) * 86_400_000)
        // The 31st of a month that has 30 days would be the first of the next.
        return instant.iso8601.hasPrefix(text) ? instant : nil
    }

    /// Since 1970-01-01, by 400-year eras that begin on 1 March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
