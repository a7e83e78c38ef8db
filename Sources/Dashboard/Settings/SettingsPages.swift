import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Ports

/// `/account/settings` and below, for operators.
struct SettingsPages: Sendable {
    let about: InstallationAbout

    func add(to desks: Desks) {
        for part in SettingsPart.allCases {
            let path = RouterPath(part.link.path)
            desks.operators.get(path) { visit, caller throws(Refusal) in try await page(part, visit, caller) }
            guard part != .about else { continue }
            desks.operators.post(
                path, { visit, caller, form throws(Refusal) in try await act(part, visit, caller, form) },
                reopen: { visit, caller, form throws(Refusal) in try await page(part, visit, caller, typed: form) },
                confirming: part == .email ? .never : .always)
        }
    }

    private func act(_ part: SettingsPart, _ visit: Visit, _ caller: OperatorCaller, _ form: Form) async throws(Refusal) -> Response {
        if part == .email { return try await test(visit, caller) }
        guard let card = SettingsCard(rawValue: form.text("card")), part.cards.contains(card) else { throw .notFound }
        let before = try await visit.acts.settings.read()
        let (after, errors) = card.settings(from: before, form)
        guard errors.isEmpty else { return try await page(part, visit, caller, typed: form, errors: FormErrors(errors)) }
        if after == before { return visit.redirect(to: part.link, Receipt(.nothingChanged)) }
        try await visit.acts.settings.change(as: caller, after)
        return visit.redirect(to: part.link, Receipt(.saved))
    }

    /// Sends it, and waits a little for what the mail server says: most answer within a second.
    private func test(_ visit: Visit, _ caller: OperatorCaller) async throws(Refusal) -> Response {
        try await visit.acts.testLetter.send(as: caller)
        var outcome = TestLetterOutcome(try await visit.acts.testLetter.newest(as: caller))
        for _ in 0..<32 where outcome == .unanswered {
            do { try await Task.sleep(for: .milliseconds(250)) } catch { break }
            outcome = TestLetterOutcome(try await visit.acts.testLetter.newest(as: caller))
        }
        return visit.redirect(to: SettingsPart.email.link, outcome.receipt)
    }

    private func state(_ visit: Visit, _ caller: OperatorCaller) async throws(Refusal) -> SettingsPage.State {
        let backups = try await visit.acts.auditTrail.list(as: caller.asAdmin, AuditRequest(actions: [.backedUp], limit: 1))
        return SettingsPage.State(lastBackup: backups.first?.entry.at, trail: visit.acts.auditTrail.lastCheck)
    }

    private func page(
        _ part: SettingsPart, _ visit: Visit, _ caller: OperatorCaller, typed: Form? = nil, errors: FormErrors = .none
    ) async throws(Refusal) -> Response {
        let settings = try await visit.acts.settings.read()
        let form = visit.form(part.link)
        let letter = part == .email ? try await visit.acts.testLetter.newest(as: caller) : nil
        let page = try await SettingsPage(
            part, settings, form: form, typed: typed, about: about, publicAddress: visit.screens.publicAddress, version: visit.screens.version,
            letter: letter, state: part == .about ? state(visit, caller) : nil, errors: errors)
        return visit.page(page, status: errors.isEmpty ? .ok : .unprocessableContent)
    }
}

/// The pages of the settings.
enum SettingsPart: String, CaseIterable, Sendable {
    case general, security, email, about

    var cards: [SettingsCard] {
        switch self {
        case .general: [.general]
        case .security: [.passwords, .signIn, .links]
        case .email, .about: []
        }
    }

    var link: Link {
        switch self {
        case .general: .settings
        case .security: .settingsSecurity
        case .email: .settingsEmail
        case .about: .settingsAbout
        }
    }
}
