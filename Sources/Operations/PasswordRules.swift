import Domain
import Foundation
import Ports
import Secrets

/// The passwords that guessers try first, folded to lower case.
public enum CommonPasswords {
    private static let list: Set<Substring> = Set((EmbeddedTexts.files["common-passwords.txt"] ?? "").split(separator: "\n"))

    public static var count: Int { list.count }

    /// The whole text is on the list, forwards or backwards, is one listed text (or up to three characters) over and over, or a row of
    /// neighbours such as `abcdefghijklmnop`. A text that merely contains a listed word is not common.
    public static func contains(_ folded: String) -> Bool {
        isListed(folded) || isListed(String(folded.reversed())) || repeatsOneUnit(folded) || isRow(folded)
    }

    private static func isListed(_ text: String) -> Bool { list.contains(text[...]) || text == product }

    /// The service's own name.
    private static let product = "latchkey"

    private static func repeatsOneUnit(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 2 else { return false }
        return (1...(bytes.count / 2)).contains { length in
            guard bytes.count.isMultiple(of: length), bytes[length...].elementsEqual(bytes[..<(bytes.count - length)]) else { return false }
            return length <= 3 || isListed(String(decoding: bytes[..<length], as: UTF8.self))
        }
    }

    /// Each byte follows the one before, up or down, digits going round: `123456789012345`, `zyxwvu…`.
    private static func isRow(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 4 else { return false }
        return [1, -1].contains { step in
            zip(bytes, bytes.dropFirst()).allSatisfy { first, second in
                let difference = Int(second) - Int(first)
                return difference == step || (difference == -9 * step && (0x30...0x39).contains(first) && (0x30...0x39).contains(second))
            }
        }
    }
}

extension Instruments {
    /// The first rule the password breaks.
    func fault(in password: borrowing Secret, for subject: PasswordPolicy.Subject, _ settings: Settings) -> FieldFault? {
        // The gate tells a mistyped password of the product's making by its looks: no other may look like that.
        if GeneratedPassword.check(password) == .typo { return .password(.looksMistyped) }
        return settings.passwordPolicy.fault(in: password.normalised().reveal(), for: subject, isCommon: CommonPasswords.contains).map {
            .password($0)
        }
    }

    /// A new password is not the old one, nor, under the classic policy, one of the last few.
    func refuseReuse(of password: borrowing Secret, _ hashes: [StoredHash]) async throws(Refusal) {
        for hash in hashes where try await verify(password, against: hash).isMatch { throw .invalid([.password(.reused)]) }
    }

    /// Hashes on the bounded pool; a full queue is `.busy`.
    func hash(_ password: borrowing Secret) async throws(Refusal) -> StoredHash {
        do { return try await hashing.hash(password.normalised()) } catch { throw error.refusal }
    }

    /// Whoever finds the queue full is told so before the store is asked.
    func expectRoom(_ turn: HashingTurn) throws(Refusal) {
        do { try hashing.expectRoom(turn) } catch { throw error.refusal }
    }

    func verify(
        _ password: borrowing Secret, against stored: StoredHash, _ turn: HashingTurn = .known
    ) async throws(Refusal) -> PasswordHashing.Verdict {
        do { return try await hashing.verify(password.normalised(), against: stored, turn) } catch { throw error.refusal }
    }
}

extension HashingPoolFault {
    var refusal: Refusal {
        switch self {
        case .busy(let seconds): .busy(retryAfter: seconds)
        case .shutDown: .unavailable
        }
    }
}

extension Secret {
    /// The password in Unicode's composed form (NFC), in which it is hashed and compared: RFC 7617 section 2.1, RFC 8265 section 4.2.
    borrowing func normalised() -> Secret {
        let isASCII = withBytes { bytes in
            for index in bytes.indices where bytes[index] >= 0x80 { return false }
            return true
        }
        return isASCII ? copy() : Secret(reveal().precomposedStringWithCanonicalMapping)
    }
}
