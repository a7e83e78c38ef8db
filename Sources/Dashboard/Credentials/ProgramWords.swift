import Ports

/// What a program says of itself, in the few words that tell programs apart: its name and version, or the browser that it claims to be.
enum ProgramWords {
    static func of(_ client: String) -> String {
        guard !client.isEmpty else { return Words.notHere }
        if client.hasPrefix("Mozilla/") { return ClientWords.of(client) }
        return String(client.prefix { $0 != " " }.prefix(60))
    }
}
