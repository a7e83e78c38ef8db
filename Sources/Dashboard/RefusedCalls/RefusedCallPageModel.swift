import Domain
import Gate
import Operations
import Ports

/// `/account/refused`: what the gate refused, why, and which role would have allowed it.
struct RefusedCallPageModel: PageModel {
    static let template = "page-refused"

    let title: String
    let lead: String
    let filter: Filter
    /// The filters that are on.
    let applied: Applied?
    /// What to do, when one reason is looked at.
    let advice: Notice?
    let table: Table
    let older: Anchor?
    let newest: Anchor?
    let export: Anchor?

    var section: Section { .refusedCalls }

    init(_ page: RefusedCallPage, _ query: RefusedCallListQuery, seesAll: Bool) {
        title = Words.refusedCalls
        lead = Words.refusedLead(seesAll: seesAll)
        applied = Self.applied(query)
        filter = Self.filter(query, applied)
        let reason = query.reason ?? (query.requestID.isEmpty ? nil : page.calls.first?.reason)
        advice = reason.map { Notice(.info, $0.advice, heading: $0.sentence) }
        table = Table(
            "refused", caption: Words.refusedCalls, isTitled: false, Self.columns, rows: page.calls.map { RefusedCallRow.cells($0) },
            empty: Empty(
                heading: nil, text: query.isFiltered ? Words.refusedNoMatch : Words.refusedNone,
                actions: query.isFiltered ? [Anchor(Words.clearFilter, .refusedCalls)] : []))
        older = page.next.map { Anchor(Words.refusedOlder, query.older(than: $0).link) }
        newest = query.before == nil ? nil : Anchor(Words.refusedNewest, query.newest.link)
        export = page.calls.isEmpty ? nil : Anchor(Words.exportCSV, query.newest.with(.refusedCallsCSV))
    }

    private static let columns = [
        Table.Column(Words.refusedWhen), Table.Column(Words.refusedUser), Table.Column(Words.refusedReason), Table.Column(Words.refusedCall),
        Table.Column(Words.refusedAddress), Table.Column(Words.refusedDo),
    ]

    private static func filter(_ query: RefusedCallListQuery, _ applied: Applied?) -> Filter {
        Filter(
            action: Link.refusedCalls.text,
            search: Field("user", Words.refusedUser, value: query.user, hint: Words.auditUsernameHint, autocomplete: "off", verbatim: true),
            fields: [
                Field("account", Words.accountID, value: query.account, autocomplete: "off", inputmode: "numeric", verbatim: true),
                Field("address", Words.auditAddress, value: query.address, autocomplete: "off", verbatim: true),
                Field("request", Words.refusedRequest, value: query.requestID, hint: Words.refusedRequestHint, autocomplete: "off", verbatim: true),
                Field("from", Words.auditFromDay, value: query.from, kind: .date),
                Field("to", Words.auditToDay, value: query.to, kind: .date),
            ],
            choices: [
                Choice(
                    "reason", Words.refusedReason, [(value: "", label: Words.any)] + GateReason.allCases.map { ($0.code, $0.sentence) },
                    selected: query.reason?.code ?? "")
            ], clear: query.isFiltered ? Anchor(Words.clear, .refusedCalls) : nil, applied: applied)
    }

    /// Each filter that is on, with the list without it.
    private static func applied(_ query: RefusedCallListQuery) -> Applied? {
        let titles = [
            "user": Words.refusedUser, "reason": Words.refusedReason, "account": Words.accountID, "from": Words.auditFromDay,
            "to": Words.auditToDay, "address": Words.auditAddress, "request": Words.refusedRequest,
        ]
        let chips = query.filters.map { filter in
            Applied.Chip(
                titles[filter.name] ?? filter.name, filter.name == "reason" ? query.reason?.sentence ?? filter.value : filter.value,
                without: query.without(filter.name).link)
        }
        return Applied(chips, clear: Anchor(Words.clear, .refusedCalls))
    }
}

/// One line of the table.
enum RefusedCallRow {
    static func cells(_ call: ShownRefusedCall) -> [Table.Content] {
        let note = call.note
        return [
            .moment(note.lastAt, otherwise: "", under: Words.refusedTimes(note.count)), user(call),
            call.reason.map { .sentence($0.sentence, RefusedCallListQuery.reason($0).link, under: note.reason) } ?? .text(note.reason),
            note.path.isEmpty ? .text(Words.refusedMany, under: note.door) : .verbatim("\(note.method) \(note.path)", under: note.door),
            .verbatim(note.address, under: note.client.isEmpty ? nil : ProgramWords.of(note.client)),
            Table.Content(offers: call.roles.isEmpty ? [RefusedCallRemedy.offer(call)] : call.roles.map { offer($0, call) }),
        ]
    }

    private static func user(_ call: ShownRefusedCall) -> Table.Content {
        let account = call.note.account.map { "\(Words.refusedAccount) \($0)" }
        guard let name = call.record.username, let username = try? Username(parsing: name) else {
            return .text(Words.refusedStranger, under: account)
        }
        return .link(name, .user(username), under: account)
    }

    private static func offer(_ role: RoleOffer, _ call: ShownRefusedCall) -> Table.Offer {
        var link: Link?
        if role.standing == .open, let account = call.note.account, let username = call.record.username.flatMap({ try? Username(parsing: $0) }) {
            link = Link.user(username, .access).with([(name: "role", value: role.id), (name: "account", value: account.description)])
        }
        return Table.Offer(
            name: role.name, note: Words.offer(role.standing), link: link.map { Anchor(Words.addRole, $0) },
            about: call.note.account.map { Words.offerAbout(role.name, call.record.username ?? "", $0) } ?? "")
    }
}
