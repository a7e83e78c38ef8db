import Domain
import Ports
import Secrets

/// The audit trail.
extension Transaction {
    private var chain: AuditChain { AuditChain(digester: keys.audit) }

    func audit(_ query: AuditQuery) throws(Refusal) -> [AuditRecord] {
        var arguments = SQLArguments()
        // The numbers first: looking through the trail carries no wide rows along.
        let numbers = try listing(query).numbers(&arguments)
        return try rows(
            "SELECT * FROM audit WHERE number IN (\(numbers)) ORDER BY number DESC", arguments.values, AuditRecord.init(row:))
    }

    func listing(_ query: AuditQuery) throws(Refusal) -> AuditListing {
        AuditListing(query: query, isCrowded: try isCrowded(query), found: try found(query.filter.text))
    }

    /// What the index of the search is asked, if it leads to few entries of the trail.
    private func found(_ text: String) throws(Refusal) -> String? {
        guard text.utf8.count <= 2000, let expression = Dialect.trailExpression(text) else { return nil }
        let counted = "SELECT 1 FROM audit_search d WHERE audit_search MATCH $1 LIMIT $2"
        let count = try number("SELECT count(*) AS n FROM (\(counted)) AS some", [expression, few + 1])
        return count <= Int64(few) ? expression : nil
    }

    /// Whether walking back until a page is full meets fewer entries than all the people of the accounts have.
    private func isCrowded(_ query: AuditQuery) throws(Refusal) -> Bool {
        guard let accounts = query.accounts else { return false }
        var arguments = SQLArguments()
        let list = arguments.list(accounts.sorted())
        let limit = arguments.placeholder(for: few + 1)
        let counted = "SELECT 1 FROM memberships WHERE account_id IN (\(list)) LIMIT \(limit)"
        let people = Double(try number("SELECT count(*) AS n FROM (\(counted)) AS some", arguments.values))
        guard people <= Double(few) else { return true }
        let users = Double(try number("SELECT coalesce(max(id), 0) AS n FROM users"))
        let entries = Double(try number("SELECT coalesce(max(number), 0) AS n FROM audit"))
        return people * people * entries > Double(query.limit) * users * users
    }

    /// Adds entries to the trail: part of the change they are about.
    func append(_ entries: [AuditEntry]) throws(Refusal) {
        var head = try auditHead() ?? AuditHead(number: 0, chain: AuditChain.beginning, seal: nil)
        let columns = AuditChain.columns.joined(separator: ", ")
        let places = (1...(AuditChain.columns.count + 1)).map { "$\($0)" }.joined(separator: ", ")
        for entry in entries {
            let number = head.number + 1
            let values: [SQLValue]
            do {
                values = try entry.values(number: number)
            } catch {
                throw refusal(for: error)
            }
            let digest = chain.link(values, after: head.chain)
            try execute("INSERT INTO audit (\(columns), chain) VALUES (\(places))", values + [digest.sql])
            head = AuditHead(number: number, chain: digest.bytes, seal: nil)
        }
        try execute(
            """
            INSERT INTO audit_head (id, number, chain, seal) VALUES (1, $1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET number = $1, chain = $2, seal = $3
            """, [head.number, head.chain, chain.seal(head.number, head.chain)])
    }

    func verifyAudit() throws(Refusal) -> AuditVerdict {
        let columns = AuditChain.columns.joined(separator: ", ")
        var last = AuditHead(number: 0, chain: AuditChain.beginning, seal: nil)
        while true {
            let page = try query("SELECT \(columns), chain FROM audit WHERE number > $1 ORDER BY number LIMIT 500", [last.number])
            for row in page {
                let expected = last.number + 1
                guard row.values.first == .integer(expected), case .blob(let stored)? = row.values.last,
                    let digest = Digest(bytes: stored), chain.link(row.values.dropLast(), after: last.chain).matches(digest)
                else { return .broken(at: expected, checked: last.number) }
                last = AuditHead(number: expected, chain: stored, seal: nil)
            }
            if page.isEmpty { break }
        }
        return try verdict(endingAt: last)
    }

    /// Compares where the trail ends with where it was last known to end.
    private func verdict(endingAt last: AuditHead) throws(Refusal) -> AuditVerdict {
        guard let head = try auditHead() else {
            return last.number == 0 ? .intact(entries: 0) : .broken(at: last.number + 1, checked: last.number)
        }
        let isSealed = head.seal.map { chain.seal(head.number, head.chain).matches($0) } ?? false
        guard isSealed, head.number == last.number, head.chain == last.chain else {
            return .broken(at: min(head.number, last.number) + 1, checked: last.number)
        }
        return .intact(entries: last.number)
    }

    private func auditHead() throws(Refusal) -> AuditHead? {
        try first("SELECT number, chain, seal FROM audit_head WHERE id = 1", [], AuditHead.init(row:))
    }
}

/// The newest entry's number and chain digest.
private struct AuditHead {
    let number: Int64
    let chain: [UInt8]
    let seal: Digest?

    init(number: Int64, chain: [UInt8], seal: Digest?) {
        self.number = number
        self.chain = chain
        self.seal = seal
    }

    init(row: SQLRow) throws(SQLFault) {
        self.init(number: try row.int64("number"), chain: try row.bytes("chain"), seal: try row.digest("seal"))
    }
}
