import Domain
import Ports

/// Mail 5: a sign-in by a program that a user has not signed in with before.
enum NewDevice {
    /// The first program ever is nobody's surprise.
    static func notice(_ user: User, _ circumstances: Circumstances, in store: any StoreWriter) throws(Refusal) {
        let client = key(circumstances.client)
        let known = try store.knownClients(of: user.id)
        guard !known.contains(client) else { return }
        try store.rememberClient(client, of: user.id, at: circumstances.now)
        guard !known.isEmpty else { return }
        try store.enqueue(
            .newDevice(
                first: user.name.first, username: user.username.text, at: circumstances.now, address: circumstances.address ?? "the server",
                client: circumstances.client), to: user.email, user: user.id, at: circumstances.now)
    }

    /// A program's own words without versions: an update is no new device.
    static func key(_ client: String) -> String {
        let words = client.unicodeScalars.filter { !("0"..."9").contains($0) && $0 != "." && $0 != "_" }
        return String(String.UnicodeScalarView(words.prefix(200)))
    }
}
