import Catalogue
import HTTPSupport

/// One entry of the file's `upstreams` list, as written.
struct WrittenUpstream {
    struct Value {
        let text: String
        let line: Int
    }

    enum Field: String, CaseIterable {
        case path, url, caFile, connectTimeout, headerTimeout, idleTimeout, wholeTimeout, webSocketIdleTimeout, webSocketLimit, bodyLimit,
            passAuthorization
    }

    let line: Int
    var values: [Field: Value] = [:]
}

extension ConfigurationReading {
    /// The APIs behind the reverse proxy: the list of the file, or the one of `upstream.url`.
    mutating func upstreams() -> [Configuration.Upstream] {
        let single = upstream()
        let written = layers.upstreams
        guard !written.isEmpty else { return single.map { [$0] } ?? [] }
        if single != nil { refuse(.upstreamURL, "There is a list of upstreams too.", "Move it into the list, with path: /.") }
        var result: [Configuration.Upstream] = []
        for entry in written {
            let read = upstream(entry)
            if result.contains(where: { $0.path == read.path }) {
                refuse(entry, .path, "Two upstreams have the path \(read.path).", "Give each its own.")
            }
            result.append(read)
        }
        return result
    }

    private mutating func upstream(_ entry: WrittenUpstream) -> Configuration.Upstream {
        var result = Configuration.Upstream(url: "", path: path(entry))
        if let url = entry.values[.url]?.text {
            result.url = url
            if URLText.authority(of: url, schemes: ["http", "https"]) == nil {
                refuse(
                    entry, .url, "\"\(url.prefix(80))\" is not an http or https address of a host.",
                    "Write it like http://127.0.0.1:8080, without a path.")
            }
        } else {
            refuse(entry, .url, "It is missing.", "Write it like http://127.0.0.1:8080.")
        }
        let isSecure = result.url.lowercased().hasPrefix("https://")
        if !isSecure, entry.values[.caFile] != nil {
            refuse(entry, .caFile, "It has no meaning for an upstream without TLS.", "Use https in url, or remove it.")
        }
        result.caFile = caFile(entry)
        result.connectTimeout = seconds(entry, .connectTimeout) ?? result.connectTimeout
        result.headerTimeout = seconds(entry, .headerTimeout) ?? result.headerTimeout
        result.idleTimeout = seconds(entry, .idleTimeout) ?? result.idleTimeout
        result.wholeTimeout = seconds(entry, .wholeTimeout)
        result.webSocketIdleTimeout = seconds(entry, .webSocketIdleTimeout) ?? result.webSocketIdleTimeout
        result.webSocketLimit = number(entry, .webSocketLimit, 0...10_000) ?? result.webSocketLimit
        result.bodyLimit = number(entry, .bodyLimit, 0...1_099_511_627_776).map(Int64.init)
        result.passesAuthorization = flag(entry, .passAuthorization)
        return result
    }

    private mutating func path(_ entry: WrittenUpstream) -> String {
        guard let text = entry.values[.path]?.text else { return "/" }
        do {
            return try CanonicalPath(parsing: text).text
        } catch {
            refuse(entry, .path, "\"\(text.prefix(80))\" is not a path. \(error.sentence)", "Write it like /api/orders, in whole segments.")
            return "/"
        }
    }

    private mutating func caFile(_ entry: WrittenUpstream) -> String? {
        guard let path = entry.values[.caFile]?.text else { return nil }
        if let reason = FileText.obstacle(path) {
            refuse(entry, .caFile, "\(path) cannot be read: \(reason).", "Name a file that the user running Latchkey can read.")
        }
        return path
    }

    private mutating func seconds(_ entry: WrittenUpstream, _ field: WrittenUpstream.Field) -> Duration? {
        number(entry, field, 1...86_400).map { .seconds($0) }
    }

    private mutating func number(_ entry: WrittenUpstream, _ field: WrittenUpstream.Field, _ range: ClosedRange<Int>) -> Int? {
        guard let text = entry.values[field]?.text else { return nil }
        guard let number = Int(text), range.contains(number) else {
            refuse(
                entry, field, "\"\(text.prefix(40))\" is not a whole number from \(range.lowerBound) to \(range.upperBound).",
                "Give it such a number.")
            return nil
        }
        return number
    }

    private mutating func flag(_ entry: WrittenUpstream, _ field: WrittenUpstream.Field) -> Bool {
        switch entry.values[field]?.text {
        case nil, "false": return false
        case "true": return true
        case .some(let text):
            refuse(entry, field, "\"\(text.prefix(40))\" is neither true nor false.", "Write true or false.")
            return false
        }
    }

    private mutating func refuse(_ entry: WrittenUpstream, _ field: WrittenUpstream.Field, _ why: String, _ remedy: String) {
        let line = entry.values[field]?.line ?? entry.line
        add(ConfigurationFault(key: "upstreams.\(field.rawValue)", source: "\(layers.file ?? "file"):\(line)", why: why, remedy: remedy))
    }
}
