import Domain
import Operations
import Ports

/// `/account/accounts`
struct AccountListPage: PageModel {
    static let template = "page-accounts"

    let title: String
    let lead: String
    let add: Anchor?
    /// Set when there are more accounts than one looks through.
    let filter: Filter?
    let table: Table
    let pager: Pager?

    var section: Section { .accounts }

    static let pageSize = 100

    /// - Parameters:
    ///   - accounts: all of the caller's.
    ///   - search: part of an account's number, name or company.
    init(_ accounts: [ListedAccount], search: String = "", page: Int = 1, mayAdd: Bool) {
        title = Words.accounts
        lead = Words.accountsLead
        add = mayAdd ? Anchor(Words.addAccount, .addAccount) : nil
        let found = search.isEmpty ? accounts : accounts.filter { Self.matches($0.account, search.lowercased()) }
        let page = min(page, max((found.count + Self.pageSize - 1) / Self.pageSize, 1))
        let shown = Array(found.dropFirst((page - 1) * Self.pageSize).prefix(Self.pageSize))
        filter =
            accounts.count > 10 || !search.isEmpty
            ? Filter(
                action: Link.accounts.text, search: Field("q", Words.search, value: search, hint: Words.accountsSearchHint, kind: .search),
                choices: [], clear: search.isEmpty ? nil : Anchor(Words.clear, .accounts)) : nil
        table = Self.table(shown, isFiltered: !search.isEmpty, search)
        pager = found.count > Self.pageSize ? Self.pager(search, page: page, shown: shown.count, total: found.count) : nil
    }

    private static func matches(_ account: Account, _ folded: String) -> Bool {
        account.id.description.contains(folded) || account.name.lowercased().contains(folded)
            || account.companyName.lowercased().contains(folded)
    }

    private static func table(_ accounts: [ListedAccount], isFiltered: Bool, _ search: String) -> Table {
        Table(
            "accounts", caption: Words.accounts,
            [
                Table.Column(Words.accountID), Table.Column(Words.accountName), Table.Column(Words.accountCompany),
                Table.Column(Words.accountPeople, numeric: true), Table.Column(Words.accountRoleCount, numeric: true),
                Table.Column(Words.accountCreated),
            ],
            rows: accounts.map { listed in
                [
                    .link(listed.account.id.description, .account(listed.account.id)), .text(listed.account.name),
                    .text(listed.account.companyName), .text(Words.grouped(listed.users)), .text(String(listed.roles)),
                    .moment(listed.account.createdAt, otherwise: Words.never),
                ]
            },
            empty: Empty(
                heading: nil, text: isFiltered ? Words.noAccountMatch(search) : Words.accountsNone,
                actions: isFiltered ? [Anchor(Words.clearFilter, .accounts)] : []))
    }

    private static func pager(_ search: String, page: Int, shown: Int, total: Int) -> Pager {
        let first = (page - 1) * pageSize + 1
        func at(_ page: Int) -> Link {
            Link.accounts.with((search.isEmpty ? [] : [(name: "q", value: search)]) + [(name: "page", value: String(page))])
        }
        return Pager(
            summary: Words.range(first, first + shown - 1, of: total), previous: page > 1 ? Anchor(Words.previousPage, at(page - 1)) : nil,
            next: first + shown - 1 < total ? Anchor(Words.nextPage, at(page + 1)) : nil)
    }
}
