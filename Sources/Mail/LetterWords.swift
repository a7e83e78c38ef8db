import Domain
import Ports

/// What each letter says. Names and programs are quoted as they came; escaping is the writers' work.
struct LetterWords: Hashable, Sendable {
    let links: LetterLinks
    let settings: Settings

    /// Room for a subject, in Unicode scalars.
    static let longestSubject = 60

    func text(of letter: Letter) -> LetterText {
        switch letter {
        case .verification(let first, let username, let addedBy, let account, let token, let expiresAt):
            verification(first, username, addedBy, account, token, expiresAt)
        case .preparedPassword(let first, _, let password, let usesAPI, let mustChoose):
            preparedPassword(first, password, usesAPI: usesAPI, mustChoose: mustChoose)
        case .collectPassword(let first, let username, let token, let expiresAt):
            collectPassword(first, username, token, expiresAt)
        case .reset(let first, let username, let token, let expiresAt, let address, let client):
            reset(first, username, token, expiresAt, address, client)
        case .passwordChanged(let first, let username, let at, let address, let client):
            passwordChanged(first, username, at, address, client)
        case .wrongPhone(let first, let username, let userName, let at, let address):
            wrongPhone(first, username, userName, at, address)
        case .locked(let first, let username, let failures, let until, let address):
            locked(first, username, failures, until, address)
        case .confirmEmail(let first, let username, let newAddress, let token, let expiresAt):
            confirmEmail(first, username, newAddress, token, expiresAt)
        case .emailBeingChanged(let first, let username, let newAddressMasked, let token, let expiresAt):
            emailBeingChanged(first, username, newAddressMasked, token, expiresAt)
        case .accessChanged(let first, let username, let changedBy, let lines):
            accessChanged(first, username, changedBy, lines)
        case .madeAdmin(let first, let username, let userName, let madeBy, let account, let at):
            madeAdmin(first, username, userName, madeBy, account, at)
        case .reminder(let first, let username, let account, let sentAt, let token, let expiresAt):
            reminder(first, username, account, sentAt, token, expiresAt)
        case .newDevice(let first, let username, let at, let address, let client):
            newDevice(first, username, at, address, client)
        case .userLocked(let first, let username, let userName, let failures, let until, let address):
            userLocked(first, username, userName, failures, until, address)
        case .test(let first, let at):
            test(first, at)
        case .passwordRotated(let first, let username, let by, let at, let oldEndsAt, let addresses):
            passwordRotated(first, username, by, at, oldEndsAt, addresses)
        case .oldPasswordInUse(let first, let username, let endsAt, let at, let calls, let addresses, let mayExtend):
            oldPasswordInUse(first, username, endsAt, at, calls, addresses, mayExtend)
        case .passwordDue(let first, let username, let dueAt, let days, let lastUsed, let lastAddress):
            passwordDue(first, username, dueAt, days, lastUsed, lastAddress)
        case .passwordEnded(let first, let username, let at, let refused):
            passwordEnded(first, username, at, refused)
        }
    }

    static func works(until end: Instant) -> String { "The link works until \(end.sentence)." }

    /// From where and by which program. Both are the other side's own words, so they stand in the box of facts and not in our sentences.
    static func origin(_ address: String, _ client: String) -> [LetterText.Fact] {
        var facts = [LetterText.Fact(label: "From", value: address)]
        if !client.isEmpty { facts.append(LetterText.Fact(label: "Program", value: OneLine.shortened(client, to: 80))) }
        return facts
    }

    static func username(_ username: String) -> LetterText.Fact { LetterText.Fact(label: "Username", value: username) }

    /// Nothing for an operator, who belongs to no account.
    static func account(_ account: Letter.AccountLine) -> [LetterText.Fact] {
        account.id.rawValue > 0 ? [LetterText.Fact(label: "Account", value: "\(account.id), \(account.name)")] : []
    }

    static func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }

    /// Two names around fixed words, within a subject's room: the second is cut first, each keeps at least a third.
    static func subject(_ first: String, _ middle: String, _ second: String) -> String {
        let room = longestSubject - middle.unicodeScalars.count
        let left = OneLine.shortened(first, to: max(room * 2 / 3, room - second.unicodeScalars.count))
        return left + middle + OneLine.shortened(second, to: room - left.unicodeScalars.count)
    }
}
