import Domain
import HTTPSupport
import Operations
import Ports

/// One page of the settings: its cards, or its facts.
struct SettingsPage: PageModel {
    static let template = "page-account-settings"

    struct Tab: Sendable {
        let label: String
        let href: String
        let isHere: Bool
    }

    struct Card: Sendable {
        let id: String
        let heading: String
        let form: FormTarget
        let picks: [Picks]
        let fields: [Field]
    }

    struct FactCard: Sendable {
        let id: String
        let heading: String
        let facts: Facts
        let text: String?
        let button: PostButton?
        var links: [Anchor] = []
        var warning: Notice?
    }

    /// What the page about this installation tells of its state.
    struct State: Sendable {
        let lastBackup: Instant?
        let trail: TrailCheck?
    }

    let title: String
    let lead: String
    let tabs: [Tab]
    let cards: [Card]
    let factCards: [FactCard]
    let errors: FormErrors

    var section: Section { .settings }
    var layout: Layout { .narrow }

    /// - Parameters:
    ///   - typed: the answers of the one card that came back.
    ///   - letter: the newest test.
    init(
        _ part: SettingsPart, _ settings: Settings, form: FormTarget, typed: Form? = nil, about: InstallationAbout, publicAddress: String,
        version: String, letter: OutboxLetter?, state: State? = nil, errors: FormErrors = .none
    ) {
        title = part == .general ? Words.settings : Words.settingsPart(part)
        lead = Words.settingsLead
        tabs = SettingsPart.allCases.map { Tab(label: Words.settingsPart($0), href: $0.link.text, isHere: $0 == part) }
        cards = part.cards.map { card in
            Self.card(card, settings, form, typed: typed.flatMap { $0.text("card") == card.rawValue ? $0 : nil }, errors)
        }
        switch part {
        case .general:
            let address = Fact(Words.settingsAddress, publicAddress, verbatim: true)
            factCards = [
                FactCard(id: "address", heading: Words.settingsAddress, facts: Facts([address]), text: Words.settingsAddressHint, button: nil)
            ]
        case .security:
            factCards = [
                FactCard(
                    id: "reminders", heading: Words.remindersTitle, facts: Facts([]), text: Words.remindersInSettings, button: nil,
                    links: [Anchor(Words.accounts, .accounts)])
            ]
        case .email: factCards = [Self.server(about), Self.test(letter, form)]
        case .about: factCards = Self.about(about, version, publicAddress, state)
        }
        self.errors = errors
    }

    private static func card(
        _ card: SettingsCard, _ settings: Settings, _ form: FormTarget, typed: Form?, _ errors: FormErrors
    ) -> Card {
        func value(_ name: String, _ saved: String) -> String { typed?.text(name) ?? saved }
        var picks: [Picks] = []
        var fields: [Field] = []
        switch card {
        case .general:
            fields = [
                Field("name", Words.settingsName, value: value("name", settings.name), hint: Words.settingsNameHint, errors: errors),
                Field(
                    "support", Words.supportLabel, value: value("support", settings.supportContact), hint: Words.supportHint, optional: true,
                    errors: errors),
            ]
        case .passwords:
            picks = [
                delivery(value("password_delivery", settings.passwordDelivery.rawValue), hours: settings.passwordLinkHours, errors),
                policy(value("policy", settings.passwordPolicy.kind.rawValue), errors),
            ]
            fields = [
                number(
                    "minimum_length", Words.minimumLength, value("minimum_length", String(settings.passwordPolicy.minimumLength)),
                    Words.minimumLengthHint, errors),
                number("renewal_days", Words.renewalLabel, value("renewal_days", String(settings.renewalDays)), Words.renewalHint, errors),
            ]
        case .signIn, .links: break
        }
        fields += card.numbers.map { setting in
            number(
                setting.rawValue, Words.numberLabel(setting), value(setting.rawValue, String(settings[setting])), Words.numberHint(setting), errors)
        }
        return Card(id: card.rawValue, heading: Words.settingsCard(card), form: form, picks: picks, fields: fields)
    }

    private static func number(_ id: String, _ label: String, _ value: String, _ hint: String, _ errors: FormErrors) -> Field {
        Field(id, label, value: value, hint: hint, autocomplete: "off", inputmode: "numeric", errors: errors)
    }

    private static func delivery(_ chosen: String, hours: Int64, _ errors: FormErrors) -> Picks {
        Picks(
            "password_delivery", Words.deliveryLegend, errors: errors,
            PasswordDelivery.allCases.map { way in
                let words: (String, String) =
                    switch way {
                    case .email: (Words.deliveryEmail, Words.deliveryEmailHint)
                    case .link: (Words.deliveryLink, Words.deliveryLinkHint(hours))
                    }
                return Pick("password_delivery", value: way.rawValue, words.0, hint: words.1, isRadio: true, checked: way.rawValue == chosen)
            })
    }

    private static func policy(_ chosen: String, _ errors: FormErrors) -> Picks {
        let kinds: [(PasswordPolicy.Kind, String, String)] = [
            (.modern, Words.policyModern, Words.policyModernHint), (.classic, Words.policyClassic, Words.policyClassicHint),
        ]
        return Picks(
            "policy", Words.policyLegend, errors: errors,
            kinds.map { Pick("policy", value: $0.0.rawValue, $0.1, hint: $0.2, isRadio: true, checked: $0.0.rawValue == chosen) })
    }
}

extension SettingsPage {
    private static func server(_ about: InstallationAbout) -> FactCard {
        var facts = [Fact(Words.mailServer, about.mailServer ?? Words.mailServerNone, verbatim: about.mailServer != nil)]
        if let sender = about.mailSender { facts.append(Fact(Words.mailSender, sender, verbatim: true)) }
        return FactCard(
            id: "server", heading: Words.mailServer, facts: Facts(facts),
            text: about.mailServer == nil ? Words.mailHeldHint : Words.mailServerHint, button: nil)
    }

    private static func test(_ letter: OutboxLetter?, _ form: FormTarget) -> FactCard {
        var facts: [Fact] = []
        if let letter {
            facts = [
                Fact(Words.mailTo, letter.to.text, verbatim: true), Fact(Words.mailWritten, letter.createdAt, otherwise: Words.never),
                Fact(Words.mailState, Words.letterState(letter.state, attempts: letter.attempts)),
            ]
            if let reply = letter.lastReply, !reply.isEmpty { facts.append(Fact(Words.mailReply, reply, verbatim: true)) }
        }
        return FactCard(
            id: "test", heading: Words.mailTest, facts: Facts(facts), text: letter == nil ? Words.mailTestHint : nil,
            button: PostButton(Words.mailTestSend, form, style: "primary"))
    }

    private static func about(_ about: InstallationAbout, _ version: String, _ publicAddress: String, _ state: State?) -> [FactCard] {
        var facts = [
            Fact(Words.aboutVersion, version, verbatim: true), Fact(Words.aboutLicence, Words.aboutOwnLicence),
            Fact(Words.settingsAddress, publicAddress, verbatim: true),
        ]
        if let size = about.databaseSize() { facts.append(Fact(Words.aboutDatabase, Words.size(size))) }
        facts.append(Fact(Words.aboutBackup, state?.lastBackup, otherwise: Words.aboutNoBackup))
        let licences = Words.licences.map { Fact($0.name, $0.programs.joined(separator: ", ")) }
        return [
            FactCard(id: "version", heading: Words.aboutTitle, facts: Facts(facts), text: nil, button: nil),
            trail(SealLine(state?.trail, isOperator: true)),
            FactCard(
                id: "export", heading: Words.aboutExport, facts: Facts([]), text: Words.aboutExportHint, button: nil,
                links: [
                    Anchor(Words.exportUsers, .usersCSV), Anchor(Words.exportAudit, .auditCSV), Anchor(Words.exportAuditLines, .auditLines),
                ]),
            FactCard(id: "licences", heading: Words.aboutOthers, facts: Facts(licences), text: Words.aboutOthersHint, button: nil),
        ]
    }

    private static func trail(_ seal: SealLine) -> FactCard {
        var facts: [Fact] = []
        if let text = seal.text { facts.append(Fact(Words.aboutTrail, text)) }
        if let checked = seal.checked { facts.append(Fact(Words.auditCheckedFact, checked)) }
        return FactCard(
            id: "trail", heading: Words.audit, facts: Facts(facts), text: nil, button: nil, links: [Anchor(Words.auditBack, .audit)],
            warning: seal.warning)
    }
}
