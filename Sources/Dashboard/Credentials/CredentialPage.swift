import Domain
import Operations
import Ports

/// `/credentials/{username}`: the live passwords, who uses which, and what can be done.
struct CredentialPage: PageModel {
    static let template = "page-credential"

    let title: String
    let section = Section.credentials
    let name: String
    /// The other parts of the user's page, for those who may open it.
    let tabs: [UserHead.Tab]
    let hasTabs: Bool
    let facts: Facts
    let bars: Bars
    /// The numbers behind the bars, for those who do not see them.
    let days: [Day]
    let lastCalls: Table
    /// While two are live.
    let rotation: Running?
    let passwords: Table
    let oldUses: Table?
    let rotate: Anchor?
    let stop: Anchor?
    let reason: String?
    let curl: CodeBlock

    struct Day: Sendable {
        let date: String
        let calls: String
    }

    struct Running: Sendable {
        let notice: Notice
        let buttons: [PostButton]

        /// Nil unless an old password goes on working.
        init?(_ detail: CredentialDetail, mayChange: Bool, form: (Link) -> FormTarget) {
            guard let previous = detail.previous else { return nil }
            let username = detail.user.username.text
            notice = Notice(.warn, Words.rotationUnderWay(previous), heading: Words.twoLive)
            buttons =
                mayChange
                ? (detail.mayExtend ? [PostButton(Words.extendOld, form(.extendCredential(username)))] : [])
                    + [PostButton(Words.endOld, form(.endCredential(username)), style: "danger")] : []
        }
    }

    init(
        _ row: CredentialRow, lastCalls: [LastCall], denial: Denial?, isSelf: Bool, publicAddress: String, mayExplain: Bool, now: Instant,
        form: (Link) -> FormTarget
    ) {
        let detail = row.detail
        let user = row.user
        let username = user.username.text
        title = username
        name = user.name.full
        tabs = mayExplain ? UserHead.tabs(user, here: .credential) : []
        hasTabs = mayExplain
        facts = Self.facts(detail, publicAddress)
        bars = Bars(row.calls)
        days = Self.days(row.calls, until: now)
        self.lastCalls = LastCallTable.make(lastCalls, of: username, mayExplain: mayExplain)
        rotation = Running(detail, mayChange: denial == nil, form: form)
        passwords = Self.passwords(detail)
        oldUses = detail.previous.map { Self.uses($0) }
        let mayRotate = Self.mayRotate(user, denial)
        rotate = mayRotate ? Anchor(Words.rotate, .rotate(username)) : nil
        stop = mayRotate && !isSelf ? Anchor(Words.stopEverything, .stopCredential(username)) : nil
        reason = denial.map { Words.reason(for: $0) }
        curl = CodeBlock(
            id: "curl", label: Words.curlLabel,
            text: "curl --user '\(username)' \(publicAddress)/api/v1/me")
    }

    private static func facts(_ detail: CredentialDetail, _ publicAddress: String) -> Facts {
        let user = detail.user
        let last = [detail.current, detail.previous].compactMap { $0?.lastUsed }.max { $0.at < $1.at }
        var facts = [
            Fact(Words.username, copied: [user.username.text], id: "username"),
            Fact(Words.accountIDs, copied: user.accounts.sorted().map(\.description), id: "account"),
            Fact(Words.baseURL, copied: [publicAddress], id: "base"), Fact(Words.createdFact, user.createdAt, otherwise: Words.never),
            Fact(Words.lastUsed, last?.at, after: last.map { Words.usedBy($0.address, nil) }, otherwise: Words.never),
        ]
        if let dueAt = detail.dueAt { facts.append(Fact(Words.rotationDue, dueAt, otherwise: Words.never)) }
        return Facts(facts)
    }

    /// Whether a new password can be made for the user now.
    static func mayRotate(_ user: User, _ denial: Denial?) -> Bool {
        denial == nil && user.access.api && !user.state.isDeactivated && user.state.progress != .waiting
    }

    private static func days(_ calls: [Int], until now: Instant) -> [Day] {
        calls.enumerated().map { index, count in
            let day = now - .days(Int64(calls.count - 1 - index))
            return Day(date: String(day.iso8601.prefix(10)), calls: Words.grouped(count))
        }
    }

    private static func passwords(_ detail: CredentialDetail) -> Table {
        let rows =
            [(Words.currentLabel, detail.current), (Words.previousPassword, detail.previous)].compactMap { label, kept in
                kept.map { cells(label, $0) }
            } + detail.ended.map { cells(Words.endedPassword, $0) }
        return Table(
            "passwords", caption: Words.livePasswords,
            [
                Table.Column(Words.passwordColumn), Table.Column(Words.fingerprint), Table.Column(Words.madeColumn), Table.Column(Words.lastUsed),
                Table.Column(Words.endsColumn),
            ], rows: rows, empty: Empty(heading: nil, text: Words.noPassword, actions: []))
    }

    private static func cells(_ label: String, _ kept: KeptPassword) -> [Table.Content] {
        let last = kept.lastUsed
        return [
            .text(label), .verbatim("…\(kept.fingerprint)"), .moment(kept.credential.madeAt, otherwise: Words.never),
            .moment(last?.at, otherwise: Words.never, under: last.map { Words.usedBy($0.address, kept.credential.lastUse) }),
            .moment(kept.credential.endsAt, otherwise: Words.noEnd),
        ]
    }

    /// Where programs still call from with the old password.
    private static func uses(_ kept: KeptPassword) -> Table {
        Table(
            "old-uses", caption: Words.oldUses,
            [Table.Column(Words.addressColumn), Table.Column(Words.lastUsed), Table.Column(Words.callsColumn, numeric: true)],
            rows: kept.uses.map { [.verbatim($0.address), .moment($0.at, otherwise: Words.never), .text(String($0.calls))] },
            empty: Empty(heading: nil, text: Words.oldUnused, actions: []))
    }
}
