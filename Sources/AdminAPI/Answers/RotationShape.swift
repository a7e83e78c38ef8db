import Domain
import HTTPSupport
import Operations
import Ports
import Secrets

/// What the admin API says about a user's passwords. Never one of them.
enum RotationShape {
    static func state(_ detail: CredentialDetail) -> JSON {
        var passwords: [JSON] = []
        if let current = detail.current { passwords.append(password("current", current)) }
        if let previous = detail.previous { passwords.append(password("previous", previous)) }
        return .object([
            JSONMember("username", JSON(detail.user.username.text)),
            JSONMember("passwords", JSON(passwords)),
            JSONMember("mayExtend", JSON(detail.mayExtend)),
        ])
    }

    private static func password(_ label: String, _ credential: StoredCredential) -> JSON {
        .object([
            JSONMember("label", JSON(label)),
            JSONMember("fingerprint", JSON(credential.hash.fingerprint)),
            JSONMember("madeAt", JSON(credential.madeAt.iso8601)),
            JSONMember("endsAt", JSON(credential.endsAt?.iso8601)),
            JSONMember("lastUsed", credential.lastUse.map(use) ?? .null),
        ])
    }

    private static func use(_ use: CredentialUse) -> JSON {
        .object([
            JSONMember("at", JSON(use.at.iso8601)), JSONMember("address", JSON(use.address)), JSONMember("method", JSON(use.method)),
            JSONMember("path", JSON(use.path)),
        ])
    }
}
