import Domain
import Operations
import Ports

/// `/account/accounts`
struct AccountListPage: PageModel {
    static let template = "page-accounts"

    let title: String
    let lead: String
    let add: Anchor?
    let table: Table

    var section: Section { .accounts }

    /// - Parameter people: how many users each account has; nil when there were too many to count.
    init(_ accounts: [Account], people: [Identifier<Account>: Int]?, mayAdd: Bool) {
        title = Words.accounts
        lead = Words.accountsLead
        add = mayAdd ? Anchor(Words.addAccount, .addAccount) : nil
        table = Table(
            "accounts", caption: Words.accounts,
            [
                Table.Column(Words.accountID), Table.Column(Words.accountName), Table.Column(Words.accountCompany),
                Table.Column(Words.accountPeople, numeric: true), Table.Column(Words.accountCreated),
            ],
            rows: accounts.map { account in
                [
                    .link(account.id.description, .account(account.id)), .text(account.name), .text(account.companyName),
                    .text(people.map { String($0[account.id] ?? 0) } ?? Words.accountNotCounted),
                    .moment(account.createdAt, otherwise: Words.never),
                ]
            }, empty: Empty(heading: nil, text: Words.accountsNone, actions: []))
    }
}

/// How many users accounts have, as far as the caller sees them.
enum PeopleCount {
    /// Users beyond this are not counted one by one.
    static let most = 2000

    static func of(_ users: some Sequence<User>) -> [Identifier<Account>: Int] {
        users.reduce(into: [:]) { counts, user in
            for account in user.accounts { counts[account, default: 0] += 1 }
        }
    }
}
