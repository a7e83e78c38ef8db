import Domain
import Ports

/// Users that were found, and how many there are.
struct FoundUsers {
    let ids: [Identifier<User>]
    let total: Tally
}

/// Lists of users, found by whichever way is the shortest. One that leads to few is gone to its end: then everything is known about them. Where
/// all lead to many, a page is soon full of those that one meets in the order of the list, and counting ends where nobody looks.
extension Transaction {
    /// - Parameter bound: how far it is counted; further only where that is no work.
    func find(_ listing: UserListing, offset: Int, limit: Int, upTo bound: Int) throws(Refusal) -> FoundUsers {
        let (offset, limit) = (max(0, offset), max(0, limit))
        if let way = try shortWay(listing) {
            let all = try gather(listing, way)
            return FoundUsers(ids: Array(all.dropFirst(offset).prefix(limit)), total: Tally(all.count))
        }
        if let all = try marked(listing) {
            return FoundUsers(ids: Array(all.dropFirst(offset).prefix(limit)), total: Tally(all.count))
        }
        let total = try count(listing, upTo: max(bound, Page.end(offset, limit)))
        guard total.isMore || offset < total.number, limit > 0 else { return FoundUsers(ids: [], total: total) }
        return FoundUsers(ids: try walk(listing, offset: offset, limit: limit, of: total), total: total)
    }

    /// All of them, in the order of the list.
    func findAll(_ listing: UserListing) throws(Refusal) -> [Identifier<User>] {
        if let way = try shortWay(listing) { return try gather(listing, way) }
        if let all = try marked(listing) { return all }
        var listing = listing
        let order = listing.ordered()
        return try ids("SELECT u.id FROM \(listing.inOrder) ORDER BY \(order)", listing.arguments)
    }

    /// The way with the fewest on it, if they are few.
    private func shortWay(_ listing: UserListing) throws(Refusal) -> Narrowing.Way? {
        var listing = listing
        let limit = listing.placeholder(for: few + 1)
        var best: (way: Narrowing.Way, count: Int64)?
        for way in listing.ways {
            let count = try number("SELECT count(*) AS n FROM (SELECT 1 FROM \(way.source) LIMIT \(limit)) AS some", listing.arguments.values)
            if count <= Int64(few), count < best?.count ?? .max { best = (way, count) }
        }
        return best?.way
    }

    private func gather(_ listing: UserListing, _ way: Narrowing.Way) throws(Refusal) -> [Identifier<User>] {
        var listing = listing
        let order = listing.ordered()
        return try ids("SELECT u.id FROM \(listing.found(by: way)) ORDER BY \(order)", listing.arguments)
    }

    /// All of them, if each way alone leads to many and only few have everything that is asked for; otherwise `nil`.
    private func marked(_ listing: UserListing) throws(Refusal) -> [Identifier<User>]? {
        let marks = Set(listing.marks)
        guard few >= 0, marks.count > 1, let some = try marked(Array(marks), most: few) else { return nil }
        var listing = listing
        let order = listing.ordered()
        let place = listing.placeholder(for: "[" + some.map(String.init).joined(separator: ",") + "]")
        return try ids("SELECT u.id FROM \(listing.found(among: place)) ORDER BY \(order)", listing.arguments)
    }

    /// - Parameter bound: how far it is counted; further only where that is no work.
    func count(_ listing: UserListing, upTo bound: Int) throws(Refusal) -> Tally {
        if let whole = try wholeCount(listing) { return Tally(whole) }
        if let counted = try markedCount(listing, upTo: bound) { return counted }
        guard bound < Int.max else {
            return Tally(Int(clamping: try number("SELECT count(*) AS n FROM \(listing.counted)", listing.arguments.values)))
        }
        var listing = listing
        let limit = listing.placeholder(for: bound + 1)
        let found = try number("SELECT count(*) AS n FROM (SELECT 1 FROM \(listing.counted) LIMIT \(limit)) AS some", listing.arguments.values)
        return Tally(Int(clamping: found), upTo: bound)
    }

    // MARK: In the order of the list

    private func walk(_ listing: UserListing, offset: Int, limit: Int, of total: Tally) throws(Refusal) -> [Identifier<User>] {
        if let sections = listing.sections { return try walk(sections, offset: offset, limit: limit) }
        let page = Page(offset: offset, limit: limit, of: total.isMore ? nil : total.number)
        var listing = listing
        let order = listing.ordered(reversed: page.isFromTheEnd)
        let limit = listing.placeholder(for: page.limit)
        let offset = listing.placeholder(for: page.offset)
        let ids = try ids("SELECT u.id FROM \(listing.inOrder) ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)", listing.arguments)
        return page.isFromTheEnd ? ids.reversed() : ids
    }

    private func walk(_ sections: [UserListing], offset: Int, limit: Int) throws(Refusal) -> [Identifier<User>] {
        var found: [Identifier<User>] = []
        var skipped = 0
        for section in sections where found.count < limit {
            let part = try find(section, offset: max(0, offset - skipped), limit: limit - found.count, upTo: 0)
            found += part.ids
            skipped += part.total.number
        }
        return found
    }

    private func ids(_ sql: String, _ arguments: SQLArguments) throws(Refusal) -> [Identifier<User>] {
        try rows(sql, arguments.values) { (row) throws(SQLFault) in try row.id("id") }
    }

    // MARK: Counting without looking

    /// How many, where that is no work: all users, or those of accounts of which one has nearly everybody in it.
    private func wholeCount(_ listing: UserListing) throws(Refusal) -> Int? {
        if listing.narrowings.isEmpty {
            let all = try number("SELECT count(*) AS n FROM users")
            return Int(clamping: all - (listing.hidesOperators ? try operators() : 0))
        }
        guard let accounts = listing.onlyAccounts, accounts.count <= 10 else { return nil }
        for account in accounts.sorted() {
            guard let members = try nearlyEverybody(in: account) else { continue }
            let more = try others(than: account, in: accounts)
            return Int(clamping: members + more - (listing.hidesOperators ? try operators(in: accounts) : 0))
        }
        return nil
    }

    /// By the marks, where they say everything.
    private func markedCount(_ listing: UserListing, upTo bound: Int) throws(Refusal) -> Tally? {
        guard listing.isMarkedExactly else { return nil }
        let hidden =
            listing.hidesOperators
            ? Int(clamping: try number("SELECT count(*) AS n FROM \(listing.hiddenOperators)", listing.arguments.values)) : 0
        let (end, isPast) = bound.addingReportingOverflow(hidden)
        guard let found = try countMarked(listing.marks, upTo: isPast ? .max : end) else { return nil }
        return Tally(max(0, found - hidden), upTo: bound)
    }

    /// The people of the account, if they are many and the others few: counting a whole table is no work.
    private func nearlyEverybody(in account: Identifier<Account>) throws(Refusal) -> Int64? {
        let own = try number(
            "SELECT count(*) AS n FROM (SELECT 1 FROM memberships WHERE account_id = $1 LIMIT $2) AS own", [account, few + 1])
        guard own > Int64(few) else { return nil }
        let others = try number(
            """
            SELECT count(*) AS n FROM (SELECT 1 FROM (
                SELECT 1 FROM memberships WHERE account_id < $1 UNION ALL SELECT 1 FROM memberships WHERE account_id > $1) LIMIT $2) AS others
            """, [account, few + 1])
        guard others <= Int64(few) else { return nil }
        return try number("SELECT count(*) AS n FROM memberships") - others
    }

    /// People of the other accounts who are not in this one.
    private func others(than account: Identifier<Account>, in accounts: Set<Identifier<Account>>) throws(Refusal) -> Int64 {
        guard accounts.count > 1 else { return 0 }
        var arguments = SQLArguments()
        let list = arguments.list(accounts.subtracting([account]).sorted())
        let this = arguments.placeholder(for: account)
        return try number(
            """
            SELECT count(DISTINCT d.user_id) AS n FROM memberships d WHERE d.account_id IN (\(list))
                AND NOT EXISTS (SELECT 1 FROM memberships e WHERE e.user_id = d.user_id AND e.account_id = \(this))
            """, arguments.values)
    }

    private func operators(in accounts: Set<Identifier<Account>>? = nil) throws(Refusal) -> Int64 {
        var arguments = SQLArguments()
        let tests = [Narrowing.operators] + (accounts.map { [Narrowing.accounts($0, &arguments).test] } ?? [])
        return try number("SELECT count(*) AS n FROM users u WHERE \(tests.joined(separator: " AND "))", arguments.values)
    }
}

/// A part of a list, read from whichever end is nearer: skipping takes time for each row.
private struct Page {
    let isFromTheEnd: Bool
    let offset: Int
    let limit: Int

    /// - Parameter total: `nil`: nobody knows where the end is.
    init(offset: Int, limit: Int, of total: Int?) {
        guard let total, offset > total / 2 else {
            isFromTheEnd = false
            self.offset = offset
            self.limit = limit
            return
        }
        let end = min(total, Self.end(offset, limit))
        isFromTheEnd = offset < end
        self.offset = isFromTheEnd ? total - end : offset
        self.limit = isFromTheEnd ? end - offset : limit
    }

    static func end(_ offset: Int, _ limit: Int) -> Int { offset.addingReportingOverflow(limit).overflow ? .max : offset + limit }
}
