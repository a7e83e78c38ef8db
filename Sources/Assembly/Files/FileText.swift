import Foundation
import Glibc

/// Why a file could not be read or written, in the system's words.
struct FileFault: Error, Hashable {
    let path: String
    let reason: String

    static func last(_ path: String) -> FileFault { FileFault(path: path, reason: words(errno)) }

    static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}

/// Whole files, read at start.
enum FileText {
    /// - Parameter atMost: in bytes.
    static func bytes(_ path: String, atMost most: Int) throws(FileFault) -> [UInt8] {
        // O_NONBLOCK: a pipe in its place must not stop the start.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .last(path) }
        defer { close(file) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while result.count <= most {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last(path) }
            if count == 0 { return result }
            result += chunk.prefix(count)
        }
        throw FileFault(path: path, reason: "it is larger than \(most) bytes")
    }

    static func read(_ path: String, atMost most: Int) throws(FileFault) -> String {
        guard let text = String(validating: try bytes(path, atMost: most), as: UTF8.self) else {
            throw FileFault(path: path, reason: "it is not UTF-8 text")
        }
        return text
    }

    /// Why it cannot be read, or `nil`.
    static func obstacle(_ path: String) -> String? {
        do {
            _ = try bytes(path, atMost: 4 * 1024 * 1024)
            return nil
        } catch {
            return error.reason
        }
    }

    /// The permission bits, or `nil` when there is no such file.
    static func mode(_ path: String) -> UInt32? { attribute(.posixPermissions, of: path) }

    /// In bytes, or `nil` when there is no such file.
    static func size(_ path: String) -> Int64? {
        do {
            return (try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value
        } catch {
            return nil  // no such file, or not ours to see
        }
    }

    /// The owner's user id.
    static func owner(_ path: String) -> UInt32? { attribute(.ownerAccountID, of: path) }

    private static func attribute(_ name: FileAttributeKey, of path: String) -> UInt32? {
        do {
            return (try FileManager.default.attributesOfItem(atPath: path)[name] as? NSNumber)?.uint32Value
        } catch {
            return nil  // no such file, or not ours to see
        }
    }
}
