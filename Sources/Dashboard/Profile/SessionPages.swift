import Domain
import HTTPSupport
import Hummingbird
import Operations
import Ports
import Secrets

/// `/profile/sessions`: where one is signed in.
enum SessionPages {
    static func add(to desks: Desks) {
        desks.members.get("/profile/sessions", show)
        desks.members.post("/profile/sessions", act)
    }

    @Sendable static func show(_ visit: Visit, _ me: SignedIn) async throws(Refusal) -> Response {
        visit.page(SessionListPage(try await visit.acts.ownSessions.list(me), form: visit.form(.sessions)))
    }

    @Sendable static func act(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        guard form.text("which") != SessionListPage.others else {
            try await visit.acts.ownSessions.endOthers(me)
            return visit.redirect(to: .sessions, Receipt(.othersSignedOut))
        }
        guard let digest = Digest(hex: form.text("which")) else { throw .notFound }
        try await visit.acts.ownSessions.end(digest, me)
        return visit.redirect(to: .sessions, Receipt(.deviceSignedOut))
    }
}

struct SessionListPage: PageModel {
    static let template = "page-sessions"
    static let others = "others"

    struct Device: Sendable {
        let client: String
        let badge: Badge?
        let facts: Facts
        let signOut: PostButton?
    }

    let title: String
    let devices: [Device]
    /// Only when there are others.
    let signOutOthers: PostButton?

    var section: Section { .sessions }
    var layout: Layout { .narrow }

    /// - Parameter sessions: this browser's own first.
    init(_ sessions: [Session], form: FormTarget) {
        title = Words.sessionsTitle
        devices = sessions.enumerated().map { index, session in
            let client = ClientWords.of(session.client)
            return Device(
                client: client, badge: index == 0 ? Badge(Words.thisDevice, .ok) : nil,
                facts: Facts([
                    Fact(Words.homeAddress, session.address, verbatim: true), Fact(Words.lastSeen, session.lastSeenAt, otherwise: Words.never),
                    Fact(Words.signedInAt, session.createdAt, otherwise: Words.never),
                ]),
                signOut: index == 0
                    ? nil
                    : PostButton(
                        Words.signOut, form, style: "small", fields: [PostButton.Hidden(name: "which", value: session.digest.hex)], about: client))
        }
        signOutOthers =
            sessions.count > 1
            ? PostButton(Words.signOutOthers, form, fields: [PostButton.Hidden(name: "which", value: Self.others)]) : nil
    }
}

/// A browser's words about itself, in words for people: "Firefox on Windows".
enum ClientWords {
    static func of(_ text: String) -> String {
        // The more particular before those that they claim to be.
        let browsers = [
            ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
            ("Safari/", "Safari"), ("curl/", "curl"), ("python-requests/", "Python"), ("Python-urllib/", "Python"),
        ]
        let systems = [
            ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ]
        let browser = browsers.first { text.contains($0.0) }?.1
        let system = systems.first { text.contains($0.0) }?.1
        switch (browser, system) {
        case (let browser?, let system?): return Words.client(browser, on: system)
        case (let one?, nil), (nil, let one?): return one
        case (nil, nil): return text.isEmpty ? Words.unknownClient : String(text.prefix(60))
        }
    }
}
