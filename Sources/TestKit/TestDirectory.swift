import Foundation

/// A new directory under the system's temporary one, removed with its contents when the test lets go of it.
public final class TestDirectory: Sendable {
    public let path: String

    public init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("latchkey-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        path = url.path
    }

    public func file(_ name: String) -> String { path + "/" + name }

    deinit {
        // A directory that stays behind is untidy, and no reason for a test to fail.
        try? FileManager.default.removeItem(atPath: path)
    }
}
