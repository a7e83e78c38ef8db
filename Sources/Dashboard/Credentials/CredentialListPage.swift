import Domain
import Operations
import Ports

/// `/credentials`: whose programs may call, with which password, and who uses it.
struct CredentialListPage: PageModel {
    static let template = "page-credentials"

    let title = Words.credentials
    let section = Section.credentials
    /// Not for those who see themselves only.
    let quick: [UserListPage.QuickLink]
    let hasQuick: Bool
    let lead: String
    let table: Table
    let pager: Pager?

    init(_ found: CredentialList, filter: CredentialQuery.Filter?, page: Int, mayAdd: Bool, now: Instant, mayRotate: (User) -> Bool) {
        func link(_ filter: CredentialQuery.Filter?, page: Int = 1) -> Link {
            var query = filter.map { [(name: "show", value: $0.rawValue)] } ?? []
            if page > 1 { query.append((name: "page", value: String(page))) }
            return Link.credentials.with(query)
        }
        let views: [(String, CredentialQuery.Filter?)] =
            [(Words.everyCredential, nil)] + CredentialQuery.Filter.allCases.map { (Words.credentialFilter($0), $0) }
        quick = views.map { UserListPage.QuickLink(label: $0.0, href: link($0.1).text, isHere: $0.1 == filter) }
        hasQuick = mayAdd
        lead = mayAdd ? Words.credentialsLead : Words.credentialsOwnLead
        let add = Anchor(Words.addAPIUser, Link.addUser.with([(name: "access", value: "api")]))
        let nothing =
            filter == nil
            ? Empty(heading: Words.noCredentialsHeading, text: mayAdd ? Words.noCredentials : Words.noCredentialsOwn, actions: mayAdd ? [add] : [])
            : Empty(heading: nil, text: Words.noCredentialMatch, actions: [Anchor(Words.clearFilter, .credentials)])
        table = Table(
            "credentials", caption: Words.credentials, isTitled: false, Self.columns,
            rows: found.rows.map { Self.cells($0, now: now, mayRotate: mayRotate($0.user)) }, empty: nothing)
        let first = (page - 1) * 50 + 1
        let last = first + found.rows.count - 1
        pager =
            found.rows.isEmpty || (page == 1 && last >= found.total.number)
            ? nil
            : Pager(
                summary: Words.range(first, last, of: found.total),
                previous: page > 1 ? Anchor(Words.previousPage, link(filter, page: page - 1)) : nil,
                next: last < found.total.number || found.total.isMore ? Anchor(Words.nextPage, link(filter, page: page + 1)) : nil)
    }

    private static let columns = [
        Table.Column(Words.username), Table.Column(Words.passwordColumn), Table.Column(Words.lastUsed), Table.Column(Words.calls30),
        Table.Column(Words.rotatedColumn), Table.Column(Words.rotate),
    ]

    private static func cells(_ row: CredentialRow, now: Instant, mayRotate: Bool) -> [Table.Content] {
        let detail = row.detail
        let newest = [detail.current, detail.previous].compactMap { $0?.lastUsed }.max { $0.at < $1.at }
        let path = [detail.current, detail.previous].compactMap { $0?.credential.lastUse }.max { $0.at < $1.at }
        return [
            .link(row.user.username.text, .credential(row.user.username.text), under: row.user.name.full),
            .text(Words.passwordState(detail, now: now), under: detail.current.map { "…\($0.fingerprint)" }),
            .moment(newest?.at, otherwise: Words.never, under: newest.map { use in Words.usedBy(use.address, path) }),
            Table.Content(bars: Bars(row.calls)),
            .moment(detail.current?.credential.madeAt, otherwise: Words.never), mayRotate ? rotation(row.user.username.text) : .text(Words.notHere),
        ]
    }

    private static func rotation(_ username: String) -> Table.Content {
        Table.Content(offers: [Table.Offer(name: nil, note: nil, link: Anchor(Words.rotate, .rotate(username)), about: username)], saysItself: true)
    }
}

/// `part-bars`: calls by day, drawn with attributes only, with the same numbers in words.
struct Bars: Sendable {
    let text: String
    /// All bars as one outline: thirty elements for each row of a long list would weigh more than the rest of it.
    let path: String

    /// - Parameter counts: by day, oldest first.
    init(_ counts: [Int]) {
        let most = max(counts.max() ?? 0, 1)
        path = counts.enumerated().map { index, count in
            let height = count > 0 ? max(2, min(count, most) * 24 / most) : 1
            return "M\(index * 4) 24v-\(height)h3v\(height)z"
        }.joined()
        text = Words.callsInWords(counts)
    }
}
