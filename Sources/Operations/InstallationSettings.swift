public import Domain
import Ports

/// Settings of the installation.
public struct InstallationSettings: Sendable {
    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    public func read() async throws(Refusal) -> Settings {
        let settings = try await instruments.store.read { store throws(Refusal) in try store.settings() }
        instruments.remembered.set(settings)
        return settings
    }

    /// As they were last read, for whatever must not wait.
    public var remembered: Settings { instruments.remembered.value }

    public func isSetUp() async throws(Refusal) -> Bool {
        try await instruments.store.read { store throws(Refusal) in try store.hasOperator() }
    }

    /// A policy weaker than its kind's own minimum is refused; days are kept between 0 (never) and ten years, the other numbers within their bounds.
    public func change(as caller: OperatorCaller, _ asked: Settings) async throws(Refusal) {
        var settings = asked
        settings.renewalDays = min(max(asked.renewalDays, 0), 3650)
        let floor = (asked.passwordPolicy.kind == .modern ? PasswordPolicy.modern : .classic).minimumLength
        guard asked.passwordPolicy.minimumLength >= floor, asked.passwordPolicy.maximumLength >= asked.passwordPolicy.minimumLength else {
            throw .invalid([.password(.tooShort(minimum: floor, actual: asked.passwordPolicy.minimumLength))])
        }
        for number in SettingsNumber.allCases {
            settings[number] = min(max(asked[number], number.range.lowerBound), number.range.upperBound)
        }
        let chosen = settings
        try await instruments.store.change { store throws(Refusal) in
            try caller.confirm(in: store)
            let before = try store.settings()
            let settings = chosen
            try store.save(settings)
            let changes = Self.changes(before, settings)
            return Audited((), AuditEntry(.settingsChanged, caller.circumstances, by: caller.origin, changes: changes))
        }
        instruments.remembered.set(chosen)
    }

    private static func changes(_ before: Settings, _ after: Settings) -> [AuditChange] {
        let words = [
            AuditChange("password delivery", before: before.passwordDelivery.rawValue, after: after.passwordDelivery.rawValue),
            AuditChange("password policy", before: before.passwordPolicy.kind.rawValue, after: after.passwordPolicy.kind.rawValue),
            AuditChange(
                "minimum length", before: String(before.passwordPolicy.minimumLength), after: String(after.passwordPolicy.minimumLength)),
            AuditChange("renewal days", before: String(before.renewalDays), after: String(after.renewalDays)),
            AuditChange("support contact", before: before.supportContact, after: after.supportContact),
            AuditChange("name", before: before.name, after: after.name),
        ]
        let numbers = SettingsNumber.allCases.map { number in
            AuditChange(number.rawValue.replacing("_", with: " "), before: String(before[number]), after: String(after[number]))
        }
        return (words + numbers).filter { $0.before != $0.after }
    }
}
