import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/account/mail`, for operators.
struct MailPages: Sendable {
    let hasMailServer: Bool

    static let limit = 200
    /// How far back a letter is looked for before it is opened.
    static let farthest = 10_000

    func add(to desks: Desks) {
        desks.operators.get("/account/mail", list)
        desks.operators.get("/account/mail/:id", Self.show)
        desks.operators.post("/account/mail/:id", Self.read)
    }

    @Sendable func list(_ visit: Visit, _ caller: OperatorCaller) async throws(Refusal) -> Response {
        let letters = try await visit.acts.outbox.list(as: caller, limit: Self.limit)
        let notice = hasMailServer ? nil : Notice(.warn, Words.mailNoServer.text, heading: Words.mailNoServer.heading)
        return visit.page(MailListPage(letters, now: visit.now), notice: notice)
    }

    /// The facts only: looking changes nothing and is not written down.
    @Sendable static func show(_ visit: Visit, _ caller: OperatorCaller) async throws(Refusal) -> Response {
        let id = try id(visit)
        guard let letter = try await visit.acts.outbox.list(as: caller, limit: farthest).first(where: { $0.id == id }) else { throw .notFound }
        return visit.page(LetterPage(letter, words: nil, form: visit.form(.letter(id.description))))
    }

    @Sendable static func read(_ visit: Visit, _ caller: OperatorCaller, _: Form) async throws(Refusal) -> Response {
        let id = try id(visit)
        let opened = try await visit.acts.outbox.open(as: caller, id)
        return visit.page(LetterPage(opened.letter, words: opened.words, form: nil))
    }

    private static func id(_ visit: Visit) throws(Refusal) -> Identifier<OutboxLetter> {
        let text = visit.parameter("id")
        guard let number = Int64(text), String(number) == text, number > 0 else { throw .notFound }
        return Identifier(number)
    }
}

struct MailListPage: PageModel {
    static let template = "page-mail"

    let title: String
    let lead: String
    let table: Table

    var section: Section { .heldMail }

    init(_ letters: [OutboxLetter], now: Instant) {
        title = Words.mail
        lead = Words.mailLead
        table = Table(
            "letters", caption: Words.mail, isTitled: false,
            [
                Table.Column(Words.mailKind), Table.Column(Words.mailTo), Table.Column(Words.mailWritten), Table.Column(Words.mailState),
                Table.Column(Words.mailTries, numeric: true), Table.Column(Words.mailReply),
            ],
            rows: letters.map { letter in
                let badge = Words.letterBadge(letter.state, attempts: letter.attempts)
                return [
                    .link(Words.letter(letter.kind), .letter(letter.id.description)), .verbatim(letter.to.text),
                    .moment(letter.createdAt, otherwise: Words.never), .badges(Badge(badge.word, badge.kind)), .text(String(letter.attempts)),
                    .text(letter.lastReply ?? ""),
                ]
            }, empty: Empty(heading: nil, text: Words.mailNone, actions: []))
    }
}

/// One letter: its facts, and its words once somebody has asked for them.
struct LetterPage: PageModel, CustomStringConvertible {
    static let template = "page-mail-letter"

    struct Shown: Sendable {
        let subject: String
        let text: String
        let html: String
    }

    let title: String
    let facts: Facts
    let warning: Notice?
    let read: PostButton?
    let noted: String?
    let shown: Shown?
    let back: Anchor

    var section: Section { .heldMail }
    /// A letter may carry a link or a password.
    var description: String { "LetterPage(redacted)" }

    /// - Parameters:
    ///   - words: what the letter says, after it was asked for.
    ///   - form: where to ask for it; nil once it was.
    init(_ letter: OutboxLetter, words: RenderedLetter?, form: FormTarget?) {
        title = Words.letter(letter.kind)
        var list = [
            Fact(Words.mailTo, letter.to.text, verbatim: true), Fact(Words.mailWritten, letter.createdAt, otherwise: Words.never),
            Fact(Words.mailState, Words.letterState(letter.state, attempts: letter.attempts)), Fact(Words.mailTries, String(letter.attempts)),
        ]
        if let reply = letter.lastReply, !reply.isEmpty { list.append(Fact(Words.mailReply, reply, verbatim: true)) }
        list.append(Fact(Words.mailRead, letter.readAt, otherwise: Words.mailNotRead))
        facts = Facts(list)
        shown = words.map { Shown(subject: $0.subject, text: $0.text, html: $0.html) }
        let mayRead = form != nil && letter.hasContent
        read = mayRead ? form.map { PostButton(Words.mailReadIt, $0, style: "primary") } : nil
        noted = mayRead ? Words.mailReadNoted : nil
        warning = Self.warning(letter, isShown: words != nil, mayRead: mayRead)
        back = Anchor(Words.mailBack, .heldMail)
    }

    private static func warning(_ letter: OutboxLetter, isShown: Bool, mayRead: Bool) -> Notice? {
        // A letter that the mail server has yet to take keeps its words, whoever reads it.
        let losesWords = letter.kind == .preparedPassword && letter.state == .held
        if isShown { return losesWords ? Notice(.warn, Words.mailErasedNow) : nil }
        if !mayRead { return Notice(.info, Words.mailErased) }
        return losesWords ? Notice(.warn, Words.mailHidesPassword.text, heading: Words.mailHidesPassword.heading) : nil
    }
}
