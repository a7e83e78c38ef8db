import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports

/// `/search?q=`, what the palette asks, and the list of shortcuts. Nothing is found that the person may not open.
enum SearchPages {
    static func add(to desks: Desks) {
        desks.members.get("/search") { visit, me throws(Refusal) in
            let question = question(visit)
            return visit.page(SearchPage(question, try await Finder(visit, me).find(question)))
        }
        desks.members.get("/search.json") { visit, me throws(Refusal) in
            Response.json(SearchAnswer.json(try await Finder(visit, me).find(question(visit))))
        }
        desks.members.get("/help/keys") { visit, me in visit.page(KeysPage(visit.screens.mounted, me.user, isOn: me.preferences.singleKeys)) }
    }

    private static func question(_ visit: Visit) -> String { String(LineOfText.trim(visit.asked("q") ?? "").prefix(100)) }
}

/// Places, users and actions that fit a question.
struct Finder: Sendable {
    static let users = 8

    private let visit: Visit
    private let me: SignedIn

    init(_ visit: Visit, _ me: SignedIn) {
        self.visit = visit
        self.me = me
    }

    func find(_ question: String) async throws(Refusal) -> [Found] {
        let places = places(question)
        let actions = actions(question)
        let users = try await users(question)
        return [Found(Words.goTo, places), Found(Words.users, users), Found(Words.searchActions, actions)].filter { !$0.results.isEmpty }
    }

    private func places(_ question: String) -> [Found.Result] {
        var seen: Set<String> = []
        return visit.screens.mounted.open(Sitemap.all, to: me.user)
            .filter { $0.section != .search && $0.link != .account && fits($0.label, question) && seen.insert($0.link.path).inserted }
            .map { Found.Result($0.label, $0.section.name == $0.label ? nil : $0.section.name, $0.link) }
    }

    private func actions(_ question: String) -> [Found.Result] {
        let own = [(Words.changePassword, Link.ownPassword), (Words.signOutOthers, .sessions)]
        let admins: [(String, Link)] = [
            (Words.searchAddPerson, Link.addUser.with([(name: "access", value: "dashboard")])),
            (Words.searchAddProgram, Link.addUser.with([(name: "access", value: "api")])),
        ]
        return ((me.user.level >= .admin ? admins : []) + own).filter { fits($0.0, question) }.map { Found.Result($0.0, nil, $0.1) }
    }

    private func users(_ question: String) async throws(Refusal) -> [Found.Result] {
        guard !question.isEmpty, me.user.level >= .admin else { return [] }
        let found = try await visit.acts.showUsers.list(
            as: try me.caller.asAdmin(), UserListRequest(search: question, pageSize: Self.users, countsUpTo: Tally.forPages))
        let rows = found.rows.map { Found.Result($0.user.username.text, $0.user.name.full, .user($0.user.username)) }
        guard found.total.number > rows.count else { return rows }
        return rows + [Found.Result(Words.allFound(found.total), nil, Link.users.with([(name: "q", value: question)]))]
    }

    private func fits(_ label: String, _ question: String) -> Bool {
        question.isEmpty || label.lowercased().contains(question.lowercased())
    }
}

/// What was found, of one kind.
struct Found: Hashable, Sendable {
    struct Result: Hashable, Sendable {
        let label: String
        let about: String?
        let href: String

        init(_ label: String, _ about: String?, _ link: Link) {
            self.label = label
            self.about = about
            href = link.text
        }
    }

    let group: String
    let results: [Result]

    init(_ group: String, _ results: [Result]) {
        self.group = group
        self.results = results
    }
}

/// The same for the palette.
enum SearchAnswer {
    static func json(_ found: [Found]) -> JSON {
        .array(
            found.map { group in
                .object([
                    JSONMember("group", JSON(group.group)),
                    JSONMember(
                        "results",
                        .array(
                            group.results.map {
                                .object([
                                    JSONMember("label", JSON($0.label)), JSONMember("about", JSON($0.about ?? "")), JSONMember("href", JSON($0.href)),
                                ])
                            })),
                ])
            })
    }
}

struct SearchPage: PageModel {
    static let template = "page-search"

    let title: String
    let query: Field
    let action: String
    let found: [Found]
    let none: Empty?

    var section: Section { .search }
    var layout: Layout { .narrow }

    init(_ question: String, _ found: [Found]) {
        title = Words.search
        query = Field("q", Words.searchLabel, value: question, kind: .search, autocomplete: "off", verbatim: true)
        action = Link.search.text
        self.found = found
        none = found.isEmpty ? Empty(heading: nil, text: Words.nothingFound(question), actions: [Anchor(Words.home, .home)]) : nil
    }
}

/// `/help/keys`
struct KeysPage: PageModel {
    static let template = "page-keys"

    struct Line: Hashable, Sendable {
        let keys: [String]
        let does: String
    }

    let title: String
    let state: String
    let change: Anchor
    let always: [Line]
    let single: [Line]

    var section: Section { .help }
    var layout: Layout { .narrow }

    init(_ mounted: Mounted, _ user: User, isOn: Bool) {
        title = Words.keys
        state = isOn ? Words.singleKeysOn : Words.singleKeysOff
        change = Anchor(Words.singleKeysChange, .appearance)
        always = [Line(keys: ["Ctrl", "K"], does: Words.keyPalette), Line(keys: ["Esc"], does: Words.keyEscape)]
        single =
            [Line(keys: ["/"], does: Words.keySearch), Line(keys: ["?"], does: Words.keyHelp)]
            + mounted.open(Sitemap.all, to: user).compactMap { place in place.key.map { Line(keys: ["g", $0], does: Words.keyGo(place.label)) } }
    }
}
