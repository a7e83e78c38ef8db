import Domain
import HTTPSupport
import Operations
import Ports

/// What the admin API says about a user's passwords. Never one of them.
enum RotationShape {
    static func state(_ detail: CredentialDetail) -> [JSONMember] {
        var passwords: [JSON] = []
        if let current = detail.current { passwords.append(password("current", current)) }
        if let previous = detail.previous { passwords.append(password("previous", previous)) }
        return [
            JSONMember("username", JSON(detail.user.username.text)),
            JSONMember("passwords", JSON(passwords)),
            JSONMember("mayExtend", JSON(detail.mayExtend)),
            JSONMember("rotationDueAt", JSON(detail.dueAt?.iso8601)),
        ]
    }

    private static func password(_ label: String, _ kept: KeptPassword) -> JSON {
        let credential = kept.credential
        return .object([
            JSONMember("label", JSON(label)),
            JSONMember("fingerprint", JSON(kept.fingerprint)),
            JSONMember("madeAt", JSON(credential.madeAt.iso8601)),
            JSONMember("endsAt", JSON(credential.endsAt?.iso8601)),
            JSONMember("lastUsed", credential.lastUse.map(lastUse) ?? .null),
            JSONMember("usedFrom", JSON(kept.uses.map(address))),
        ])
    }

    private static func lastUse(_ use: CredentialUse) -> JSON {
        .object([
            JSONMember("at", JSON(use.at.iso8601)), JSONMember("address", JSON(use.address)), JSONMember("method", JSON(use.method)),
            JSONMember("path", JSON(use.path)),
        ])
    }

    private static func address(_ use: AddressUse) -> JSON {
        .object([
            JSONMember("address", JSON(use.address)), JSONMember("lastUsedAt", JSON(use.at.iso8601)), JSONMember("calls", JSON(use.calls)),
        ])
    }
}
