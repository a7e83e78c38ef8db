import Domain
import HTTPSupport
import Operations
import Ports

/// `/account/audit`
struct AuditPage: PageModel {
    static let template = "page-audit"

    struct View: Sendable {
        let label: String
        let href: String
        let isHere: Bool
    }

    let title: String
    let seal: SealLine
    let views: [View]
    let filter: Filter
    /// Whether the filter stands open: it does when something is filtered by hand.
    let filterIsOpen: Bool
    let table: Table
    let older: Anchor?
    let newer: Anchor?
    let newest: Anchor?
    let exports: [Anchor]
    /// For operators.
    let check: PostButton?

    var section: Section { .auditLog }

    /// - Parameter beginning: when the log begins; needed when nothing is shown.
    init(_ records: [AuditRecord], _ query: AuditListQuery, viewer: Caller, beginning: Instant?, seal: SealLine, check: FormTarget?) {
        title = Words.audit
        self.seal = seal
        views =
            AuditView.allCases.map { view in
                View(label: Words.auditView(view), href: AuditListQuery(view: view).link.text, isHere: query.newest == AuditListQuery(view: view))
            } + [View(label: Words.auditEverything, href: Link.audit.text, isHere: !query.isFiltered)]
        filter = Self.filter(query)
        filterIsOpen = query.isFiltered && !views.contains(where: \.isHere)
        table = AuditTable.make(records, caption: Words.audit, viewer: viewer, beginning: beginning, clear: query.isFiltered)
        let isEnd = records.count < AuditListQuery.limit && query.after == nil
        older = isEnd ? nil : records.last.map { Anchor(Words.auditOlder, query.older(than: $0.number).link) }
        let isNewest = query.before == nil && query.after == nil
        newer = records.first.map { Anchor(Words.auditNewer, query.newer(than: $0.number).link) }
        newest = isNewest ? nil : Anchor(Words.auditNewest, query.newest.link)
        exports =
            records.isEmpty
            ? []
            : [Anchor(Words.exportCSV, query.newest.with(.auditCSV)), Anchor(Words.exportLines, query.newest.with(.auditLines))]
        self.check = check.map { PostButton(Words.auditCheck, $0, style: "small") }
    }

    private static func filter(_ query: AuditListQuery) -> Filter {
        let any = (value: "", label: Words.any)
        return Filter(
            action: Link.audit.text,
            search: Field("q", Words.search, value: query.text, hint: Words.auditSearchHint, kind: .search),
            fields: [
                Field("actor", Words.auditActor, value: query.actor, autocomplete: "off", verbatim: true),
                Field("target", Words.auditTarget, value: query.target, autocomplete: "off", verbatim: true),
                Field("account", Words.accountID, value: query.account, autocomplete: "off", inputmode: "numeric", verbatim: true),
                Field("address", Words.auditAddress, value: query.address, autocomplete: "off", verbatim: true),
                Field("from", Words.auditFromDay, value: query.from, kind: .date),
                Field("to", Words.auditToDay, value: query.to, kind: .date),
            ],
            choices: [
                Choice(
                    "action", Words.auditAction, [any] + AuditAction.allCases.map { ($0.rawValue, Words.actionName($0)) },
                    selected: query.action?.rawValue ?? ""),
                Choice(
                    "result", Words.auditResult,
                    [any] + AuditFilter.Outcome.allCases.map { ($0.rawValue, Words.auditOutcome($0)) },
                    selected: query.outcome?.rawValue ?? ""),
            ],
            hidden: query.view.map { [PostButton.Hidden(name: "view", value: $0.rawValue)] } ?? [],
            clear: query.isFiltered ? Anchor(Words.clear, .audit) : nil)
    }
}

/// What the last check of the log found: one line, or a warning.
struct SealLine: Sendable {
    let text: String?
    let checked: Moment?
    let warning: Notice?

    /// - Parameter isOperator: how much there is in all is the operators' business.
    init(_ check: TrailCheck?, isOperator: Bool) {
        guard let check else {
            text = Words.auditNotChecked
            checked = nil
            warning = nil
            return
        }
        checked = Moment(check.at)
        switch check.verdict {
        case .intact(let entries):
            text = Words.auditSealed(isOperator ? entries : nil)
            warning = nil
        case .broken(let number, _):
            let words = Words.auditBroken(number)
            text = nil
            warning = Notice(.bad, words.text, heading: words.heading)
        }
    }
}

extension Notice {
    init(_ verdict: AuditVerdict) {
        switch verdict {
        case .intact(let entries): self.init(.ok, Words.auditIntact(entries), isReceipt: true)
        case .broken(let number, _):
            let words = Words.auditBroken(number)
            self.init(.bad, words.text, heading: words.heading, isReceipt: true)
        }
    }
}
