import Domain
import Foundation
import HTTPSupport
import Hummingbird
import Operations

/// `/profile/appearance` and `/profile/notifications`.
enum PreferencePages {
    static func add(to desks: Desks) {
        desks.members.get("/profile/appearance") { visit, me in visit.page(AppearancePage(me.preferences, form: visit.form(.appearance))) }
        desks.members.post("/profile/appearance", saveAppearance, reopen: reopenAppearance)
        desks.members.get("/profile/notifications") { visit, me in
            visit.page(NotificationPage(me.preferences.muted, form: visit.form(.notifications)))
        }
        desks.members.post("/profile/notifications", saveNotifications, reopen: reopenNotifications)
    }

    @Sendable static func saveAppearance(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        let asked = appearance(form, me.preferences)
        guard AppearancePage.zones.contains(asked.timeZone) || asked.timeZone.isEmpty else {
            let errors = FormErrors([FormError("time_zone", Words.timeZoneFault)])
            return visit.page(AppearancePage(asked, form: visit.form(.appearance), errors: errors), status: .unprocessableContent)
        }
        try await visit.acts.preferences.change(as: me.caller.asSelf()) { preferences in
            let (muted, firstSteps) = (preferences.muted, preferences.firstSteps)
            preferences = asked
            preferences.muted = muted
            preferences.firstSteps = firstSteps
        }
        return visit.redirect(to: .appearance, Receipt(.saved))
    }

    @Sendable static func reopenAppearance(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        visit.page(AppearancePage(appearance(form, me.preferences), form: visit.form(.appearance)))
    }

    private static func appearance(_ form: Form, _ before: Preferences) -> Preferences {
        var asked = before
        asked.theme = Preferences.Theme(rawValue: form.text("theme")) ?? before.theme
        asked.clockFace = Preferences.ClockFace(rawValue: form.text("clock")) ?? before.clockFace
        asked.timeZone = form.text("time_zone")
        asked.singleKeys = form.has("single_keys")
        return asked
    }

    @Sendable static func saveNotifications(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        let muted = muted(form)
        try await visit.acts.preferences.change(as: me.caller.asSelf()) { $0.muted = muted }
        return visit.redirect(to: .notifications, Receipt(.saved))
    }

    @Sendable static func reopenNotifications(_ visit: Visit, _ me: SignedIn, _ form: Form) async throws(Refusal) -> Response {
        visit.page(NotificationPage(muted(form), form: visit.form(.notifications)))
    }

    private static func muted(_ form: Form) -> Set<LetterTopic> {
        Set(LetterTopic.allCases).subtracting(form.all("letters").compactMap { LetterTopic(rawValue: $0) })
    }
}

struct AppearancePage: PageModel {
    static let template = "page-appearance"

    /// Names of the time zone database, those of places only.
    static let zones: [String] = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") && !$0.hasPrefix("Etc/") }.map { renamed[$0] ?? $0 }
        .sorted()

    /// Names that the database has replaced, and that some systems still list.
    private static let renamed = [
        "Asia/Calcutta": "Asia/Kolkata", "Asia/Katmandu": "Asia/Kathmandu", "Asia/Rangoon": "Asia/Yangon", "Asia/Saigon": "Asia/Ho_Chi_Minh",
        "Europe/Kiev": "Europe/Kyiv",
    ].filter { TimeZone(identifier: $0.value) != nil }

    let title: String
    let form: FormTarget
    let theme: Picks
    let timeZone: Choice
    let timeZoneError: String?
    let clock: Picks
    let keys: Pick
    let errors: FormErrors

    var section: Section { .appearance }
    var layout: Layout { .narrow }

    init(_ preferences: Preferences, form: FormTarget, errors: FormErrors = .none) {
        title = Words.appearance
        self.form = form
        theme = Picks(
            "theme", Words.themeLegend,
            Preferences.Theme.allCases.map {
                Pick("theme", value: $0.rawValue, Words.theme($0), hint: Words.themeHint($0), isRadio: true, checked: $0 == preferences.theme)
            })
        timeZone = Choice(
            "time_zone", Words.timeZoneLabel, [("", Words.timeZoneNone)] + Self.zones.map { ($0, $0.replacing("_", with: " ")) },
            selected: preferences.timeZone)
        timeZoneError = errors["time_zone"]
        clock = Picks(
            "clock", Words.clockLegend,
            Preferences.ClockFace.allCases.map {
                Pick("clock", value: $0.rawValue, Words.clock($0), isRadio: true, checked: $0 == preferences.clockFace)
            })
        keys = Pick("single_keys", value: "1", Words.singleKeys, hint: Words.singleKeysHint, checked: preferences.singleKeys, id: "single_keys")
        self.errors = errors
    }
}

struct NotificationPage: PageModel {
    static let template = "page-notifications"

    let title: String
    let form: FormTarget
    let letters: Picks
    let locked: [String]

    var section: Section { .notifications }
    var layout: Layout { .narrow }

    init(_ muted: Set<LetterTopic>, form: FormTarget) {
        title = Words.notifications
        self.form = form
        letters = Picks(
            "letters", Words.lettersLegend,
            LetterTopic.allCases.map {
                Pick("letters", value: $0.rawValue, Words.topic($0), hint: Words.topicHint($0), checked: !muted.contains($0))
            })
        locked = Words.lockedLetters
    }
}
