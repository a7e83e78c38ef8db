import Configuration

/// Where values come from, the strongest first: flags, environment, file.
struct ConfigurationLayers {
    private struct Layer {
        let name: String
        let provider: any ConfigProvider
        let prefix: [String]
    }

    private let layers: [Layer]
    private let lines: [ConfigurationKey: Int]
    let file: String?
    /// A list of keys and values, which only the file can hold.
    let upstreams: [WrittenUpstream]
    private(set) var faults: [ConfigurationFault] = []

    init(flags: [ConfigurationKey: String], environment: [String: String], file path: String?) {
        let file = path.map { ConfigurationFile(path: $0) }
        let ours = environment.filter { $0.key.hasPrefix("LATCHKEY_") }
        let flagValues = flags.map { key, text in
            (AbsoluteConfigKey(key.components), ConfigValue(key.isList ? .stringArray(Self.list(text)) : .string(text), isSecret: key.isSecret))
        }
        let fileValues = (file?.values ?? [:]).map { key, value in (AbsoluteConfigKey(key.components), value) }
        layers = [
            Layer(name: "flags", provider: InMemoryProvider(name: "flags", values: Dictionary(uniqueKeysWithValues: flagValues)), prefix: []),
            Layer(name: "environment", provider: EnvironmentVariablesProvider(environmentVariables: ours), prefix: ["latchkey"]),
            Layer(name: "file", provider: InMemoryProvider(name: "file", values: Dictionary(uniqueKeysWithValues: fileValues)), prefix: []),
        ]
        lines = file?.lines ?? [:]
        upstreams = file?.upstreams ?? []
        self.file = path
        faults = (file?.faults ?? []) + Self.unknown(ours)
    }

    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    private static func unknown(_ environment: [String: String]) -> [ConfigurationFault] {
        let known = Set(ConfigurationKey.allCases.map(\.environmentName)).union(["LATCHKEY_CONFIG"])
        return environment.keys.filter { !known.contains($0) }.sorted().map { name in
            ConfigurationFault(
                key: name, source: "environment", why: "There is no such key.",
                remedy: UnknownKey.remedy(name.dropFirst("LATCHKEY_".count).split(separator: "_").joined(separator: ".").lowercased()))
        }
    }

    /// The value of the strongest source, and that source's name.
    func text(_ key: ConfigurationKey) -> (value: String, source: String)? {
        for layer in layers {
            guard case .string(let text)? = content(key, in: layer, .string) else { continue }
            return (text, source(key, layer.name))
        }
        return nil
    }

    func list(_ key: ConfigurationKey) -> (value: [String], source: String)? {
        for layer in layers {
            guard case .stringArray(let list)? = content(key, in: layer, .stringArray) else { continue }
            return (list, source(key, layer.name))
        }
        return nil
    }

    private func content(_ key: ConfigurationKey, in layer: Layer, _ type: ConfigType) -> ConfigContent? {
        do {
            return try layer.provider.value(forKey: AbsoluteConfigKey(layer.prefix + key.components), type: type).value?.content
        } catch {
            // Texts convert to texts and lists to lists: a source that has neither has been reported when it was read.
            return nil
        }
    }

    private func source(_ key: ConfigurationKey, _ layer: String) -> String {
        guard layer == "file", let file else { return layer }
        return lines[key].map { "\(file):\($0)" } ?? file
    }
}
