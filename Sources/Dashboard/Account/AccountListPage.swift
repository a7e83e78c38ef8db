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
    ///   - cut: what is shown of the caller's accounts.
    ///   - shown: the same with figures.
    init(_ cut: Cut, _ shown: [ListedAccount], mayAdd: Bool) {
        title = Words.accounts
        lead = Words.accountsLead
        add = mayAdd ? Anchor(Words.addAccount, .addAccount) : nil
        let search = cut.search
        filter =
            cut.all > 10 || !search.isEmpty
            ? Filter(
                action: Link.accounts.text, search: Field("q", Words.search, value: search, hint: Words.accountsSearchHint, kind: .search),
                choices: [], clear: search.isEmpty ? nil : Anchor(Words.clear, .accounts)) : nil
        table = Self.table(shown, isFiltered: !search.isEmpty, search)
        pager = cut.found > Self.pageSize ? Self.pager(cut) : nil
    }

    /// A page of accounts, before anybody counts their people.
    struct Cut: Sendable {
        let accounts: [Account]
        let search: String
        let page: Int
        /// How many fit the search, and how many there are.
        let found: Int
        let all: Int

        /// - Parameters:
        ///   - accounts: all of the caller's.
        ///   - search: part of an account's number, name or company.
        init(_ accounts: [Account], search: String = "", page: Int = 1) {
            let found = search.isEmpty ? accounts : accounts.filter { matches($0, search.lowercased()) }
            let page = min(page, max((found.count + pageSize - 1) / pageSize, 1))
            self.accounts = Array(found.dropFirst((page - 1) * pageSize).prefix(pageSize))
            self.search = search
            self.page = page
            self.found = found.count
            all = accounts.count
        }
    }

    private static func matches(_ account: Account, _ folded: String) -> Bool {
        account.id.description.contains(folded) || account.name.lowercased().contains(folded)
            || account.companyName.lowercased().contains(folded)
    }

    private static func table(_ accounts: [ListedAccount], isFiltered: Bool, _ search: String) -> Table {
        Table(
            "accounts", caption: Words.accounts, isTitled: false,
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

    private static func pager(_ cut: Cut) -> Pager {
        let first = (cut.page - 1) * pageSize + 1
        let last = first + cut.accounts.count - 1
        func at(_ page: Int) -> Link {
            Link.accounts.with((cut.search.isEmpty ? [] : [(name: "q", value: cut.search)]) + [(name: "page", value: String(page))])
        }
        return Pager(
            summary: Words.range(first, last, of: Tally(cut.found)),
            previous: cut.page > 1 ? Anchor(Words.previousPage, at(cut.page - 1)) : nil,
            next: last < cut.found ? Anchor(Words.nextPage, at(cut.page + 1)) : nil)
    }
}
