import Catalogue
import Domain
import HTTPSupport
import Operations

/// Two people edited the same user: both versions beside each other. 409
struct UserConflictPage: PageModel {
    static let template = "page-user-conflict"

    struct Line: Hashable, Sendable {
        let field: String
        let theirs: String
        let yours: String
        let differs: Bool

        init(_ field: String, _ theirs: String, _ yours: String) {
            self.field = field
            self.theirs = theirs
            self.yours = yours
            differs = theirs != yours
        }
    }

    let title: String
    let username: String
    let text: String
    let lines: [Line]
    let keepMine: PostButton
    let takeTheirs: Anchor
    let section: Section

    /// - Parameters:
    ///   - form: where the same answers go once more, now knowing what is saved.
    init(_ user: User, lines: [Line], answers: Form, form: FormTarget, back: Link, section: Section = .users) {
        title = Words.conflictTitle
        username = user.username.text
        text = Words.conflictText
        self.lines = lines
        let kept = answers.fields.filter { $0.name != "version" && !$0.name.hasPrefix("_") }
        keepMine = PostButton(
            Words.keepMine, form, style: "primary",
            fields: kept.map { PostButton.Hidden(name: $0.name, value: $0.value) } + [PostButton.Hidden(name: "version", value: String(user.version))]
        )
        takeTheirs = Anchor(Words.takeTheirs, back)
        self.section = section
    }

    static func details(_ user: User, _ answers: Form) -> [Line] {
        let theirs = UserFields(user, grants: [:])
        let yours = UserFields(answers)
        return [
            Line(Words.firstName, theirs.firstName, yours.firstName), Line(Words.lastName, theirs.lastName, yours.lastName),
            Line(Words.email, theirs.email, yours.email), Line(Words.phone, theirs.phone, phone(yours.phone)),
        ]
    }

    /// The same digits are the same number, however they are typed.
    private static func phone(_ typed: String) -> String {
        switch Result(catching: { () throws(FieldFault) in try PhoneNumber(parsing: typed) }) {
        case .success(let number): number.grouped
        case .failure: typed
        }
    }

    static func access(_ detail: UserDetail, _ answers: Form, _ catalogue: CompiledCatalogue) -> [Line] {
        let user = detail.user
        let yours = UserFields(answers)
        var lines: [Line] = []
        if !yours.level.isEmpty {
            let level = AdministrationLevel(rawValue: yours.level).map(Words.level) ?? yours.level
            lines.append(Line(Words.levelTitle, Words.level(user.level), level))
        }
        if detail.fullChangeDenial == nil {
            lines.append(Line(Words.accessTitle, methods(UserFields.words(user.access)), methods(yours.access)))
        }
        for grantable in detail.grantable {
            let id = grantable.account.id
            let theirs = detail.visibleGrants[id].map { roles($0, catalogue) } ?? Words.accessNothing
            let ticked = yours.roles.filter { $0.hasPrefix("\(id):") }.map { String($0.dropFirst("\(id):".count)) }
            let mine = yours.accounts.contains(id.description) ? roles(Set(ticked), catalogue) : Words.accessNothing
            if theirs != mine || theirs != Words.accessNothing { lines.append(Line("\(id) \(grantable.account.name)", theirs, mine)) }
        }
        return lines
    }

    private static func methods(_ words: [String]) -> String {
        words.map { $0 == "api" ? Words.api : $0 == "dashboard" ? Words.dashboard : $0 }.joined(separator: ", ")
    }

    private static func roles(_ ids: Set<String>, _ catalogue: CompiledCatalogue) -> String {
        ids.isEmpty ? Words.memberOnly : ids.sorted().map(catalogue.roleName).joined(separator: ", ")
    }
}
