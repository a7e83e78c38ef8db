public import Domain
import Foundation
import Ports
public import Secrets

/// A field of a form that waits.
public struct KeptField: Hashable, Sendable, Codable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Forms that wait, sealed, for a sign-in or a confirmation, so that nobody types anything twice. Whoever keeps one leaves passwords out.
public struct KeptForms: Sendable {
    /// Who may have a kept form back.
    public enum Owner: Hashable, Sendable {
        case user(Identifier<User>)
        /// Whoever holds this secret of a browser.
        case browser(String)

        fileprivate var text: String {
            switch self {
            case .user(let id): "user \(id)"
            case .browser(let secret): "browser \(secret)"
            }
        }
    }

    let instruments: Instruments

    public init(_ instruments: Instruments) { self.instruments = instruments }

    /// - Parameter path: where the form posts to; it comes back there only.
    public func keep(_ fields: [KeptField], path: String, for owner: Owner, now: Instant) async throws(Refusal) -> Token {
        let key = Token(entropy: instruments.entropy)
        let digest = digest(key, path, owner)
        let sealed: [UInt8]
        do { sealed = instruments.sealer.seal(try JSONEncoder().encode(fields), for: Self.context(digest)) } catch { throw .unavailable }
        try await instruments.store.note { store throws(Refusal) in try store.keep(digest, sealed, at: now) }
        return key
    }

    /// `nil` when its time is over, or it is somebody else's or another form's.
    public func open(_ key: Token, path: String, for owner: Owner, now: Instant) async throws(Refusal) -> [KeptField]? {
        let digest = digest(key, path, owner)
        guard let sealed = try await instruments.store.read({ store throws(Refusal) in try store.keptForm(digest, now: now) }) else { return nil }
        do {
            let opened = try instruments.sealer.open(sealed, for: Self.context(digest)).reveal()
            return try JSONDecoder().decode([KeptField].self, from: Data(opened.utf8))
        } catch {
            // Sealed under a key that has gone since: as good as forgotten.
            return nil
        }
    }

    public func drop(_ key: Token, path: String, for owner: Owner) async throws(Refusal) {
        let digest = digest(key, path, owner)
        try await instruments.store.note { store throws(Refusal) in try store.dropForm(digest) }
    }

    private func digest(_ key: Token, _ path: String, _ owner: Owner) -> Digest {
        instruments.digester.digest("kept-form", Array(key.text.utf8), Array(path.utf8), Array(owner.text.utf8))
    }

    private static func context(_ digest: Digest) -> String { "kept form \(digest.hex)" }
}
