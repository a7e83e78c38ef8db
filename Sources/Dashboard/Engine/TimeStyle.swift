import Domain
import Foundation

/// How moments are written for whoever looks at the page. Set for each request; a `Moment` asks for it when it is made.
struct TimeStyle: Sendable {
    @TaskLocal static var current = TimeStyle(.initial)

    private let zone: TimeZone?
    private let face: Preferences.ClockFace

    init(_ preferences: Preferences) {
        zone = preferences.timeZone.isEmpty ? nil : TimeZone(identifier: preferences.timeZone)
        face = preferences.clockFace
    }

    /// `24 November 2026, 15:05 (UTC+1)` where the person lives; `24 November 2026, 14:05 UTC` for those who have not said where.
    func words(_ instant: Instant) -> String {
        guard let zone else { return face == .hours24 ? instant.sentence : "\(CivilTime(instant).words(face)) UTC" }
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
        return "\(CivilTime(instant + .seconds(offset)).words(face)) (UTC\(Self.written(offset)))"
    }

    /// `+1`, `-3:30`, or nothing.
    private static func written(_ offset: Int) -> String {
        let minutes = abs(offset) / 60
        guard minutes > 0 else { return "" }
        let rest = minutes % 60
        return (offset < 0 ? "-" : "+") + String(minutes / 60) + (rest == 0 ? "" : rest < 10 ? ":0\(rest)" : ":\(rest)")
    }
}
