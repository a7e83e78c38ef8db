import Domain
import HTTPSupport

/// Reads values one by one and collects what is wrong with them.
struct ConfigurationReading {
    let layers: ConfigurationLayers
    private(set) var faults: [ConfigurationFault]

    init(_ layers: ConfigurationLayers) {
        self.layers = layers
        faults = layers.faults
    }

    mutating func refuse(_ key: ConfigurationKey, _ why: String, _ remedy: String) {
        let source = (layers.text(key)?.source ?? layers.list(key)?.source) ?? "default"
        let name = source == "environment" ? key.environmentName : key.rawValue
        faults.append(ConfigurationFault(key: name, source: source, why: why, remedy: remedy))
    }

    mutating func add(_ fault: ConfigurationFault) { faults.append(fault) }

    /// `nil` when nobody said anything; an empty text is refused.
    mutating func text(_ key: ConfigurationKey) -> String? {
        guard let (value, _) = layers.text(key) else { return nil }
        if value.isEmpty || value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            refuse(key, "It is empty or has control characters.", "Give it a value or leave it out.")
            return nil
        }
        return value
    }

    mutating func number(_ key: ConfigurationKey, _ range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let text = text(key) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            refuse(key, "\"\(text.prefix(40))\" is not a whole number from \(range.lowerBound) to \(range.upperBound).", "Give it such a number.")
            return fallback
        }
        return number
    }

    mutating func flag(_ key: ConfigurationKey, default fallback: Bool) -> Bool {
        guard let text = text(key) else { return fallback }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        case _:
            refuse(key, "\"\(text.prefix(40))\" is neither true nor false.", "Write true or false.")
            return fallback
        }
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: ConfigurationKey, default fallback: Choice) -> Choice
    where Choice.RawValue == String {
        guard let text = text(key) else { return fallback }
        if let choice = Choice.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        refuse(key, "\"\(text.prefix(40))\" is not one of \(known).", "Choose one of them.")
        return fallback
    }

    /// A file that can be read now.
    mutating func file(_ key: ConfigurationKey) -> String? {
        guard let path = text(key) else { return nil }
        if let reason = FileText.obstacle(path) {
            refuse(key, "\(path) cannot be read: \(reason).", "Name a file that the user running Latchkey can read.")
        }
        return path
    }

    mutating func proxyHosts() -> Set<String> {
        guard let (texts, _) = layers.list(.proxyHosts) else { return [] }
        var hosts: Set<String> = []
        for text in texts {
            if let host = RequestHost(parsing: text) {
                hosts.insert(host.description)
            } else {
                refuse(.proxyHosts, "\"\(text.prefix(60))\" is not a host.", "Name hosts like api.example.com, with a port only if it matters.")
            }
        }
        return hosts
    }

    mutating func proxies() -> [AddressRange] {
        guard let (texts, _) = layers.list(.trustedProxies) else { return [] }
        var ranges: [AddressRange] = []
        for text in texts {
            if let range = AddressRange(parsing: text) {
                ranges.append(range)
            } else {
                refuse(
                    .trustedProxies, "\"\(text.prefix(60))\" is not an address or a block such as 10.0.0.0/8, or it means everybody.",
                    "Name the proxies' own addresses.")
            }
        }
        return ranges
    }
}
