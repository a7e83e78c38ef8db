import Domain
import HTTPSupport

/// A part of the settings that saves by itself.
enum SettingsCard: String, CaseIterable, Sendable {
    case general, passwords, signIn = "sign-in", links

    var numbers: [SettingsNumber] {
        switch self {
        case .general, .passwords: []
        case .signIn: [.lockAfter, .sessionIdleMinutes, .sessionHours, .confirmationMinutes]
        case .links: [.verificationHours, .passwordLinkHours, .resetMinutes]
        }
    }

    /// The settings with this part as the form says it, and what is wrong with that.
    func settings(from before: Settings, _ form: Form) -> (after: Settings, errors: [FormError]) {
        var after = before
        var errors: [FormError] = []
        switch self {
        case .general: general(form, &after, &errors)
        case .passwords: passwords(form, &after, &errors)
        case .signIn, .links: break
        }
        for number in numbers {
            let typed = Int64(LineOfText.trim(form.text(number.rawValue)))
            if let typed, number.range.contains(typed) {
                after[number] = typed
            } else {
                errors.append(FormError(number.rawValue, Words.numberFault(number)))
            }
        }
        return (after, errors)
    }

    private func general(_ form: Form, _ after: inout Settings, _ errors: inout [FormError]) {
        switch LineOfText.parse(form.text("name"), maximum: Settings.longestName) {
        case .success(let name): after.name = name
        case .failure: errors.append(FormError("name", Words.settingsNameFault))
        }
        let support = LineOfText.trim(form.text("support"))
        if !support.isEmpty, case .failure = LineOfText.parse(support, maximum: 200) { errors.append(FormError("support", Words.supportFault)) }
        after.supportContact = support
    }

    private func passwords(_ form: Form, _ after: inout Settings, _ errors: inout [FormError]) {
        if let delivery = PasswordDelivery(rawValue: form.text("password_delivery")) {
            after.passwordDelivery = delivery
        } else {
            errors.append(FormError("password_delivery", Words.deliveryFault))
        }
        guard let kind = PasswordPolicy.Kind(rawValue: form.text("policy")) else {
            errors.append(FormError("policy", Words.policyFault))
            return
        }
        let initial: PasswordPolicy =
            switch kind {
            case .modern: .modern
            case .classic: .classic
            }
        // Other rules begin with their own lengths; what was typed for the old ones says nothing about them.
        if kind != after.passwordPolicy.kind { after.passwordPolicy = initial } else { length(form, initial, &after, &errors) }
        if let days = Int64(LineOfText.trim(form.text("renewal_days"))), (0...3650).contains(days) {
            after.renewalDays = days
        } else {
            errors.append(FormError("renewal_days", Words.renewalFault))
        }
    }

    private func length(_ form: Form, _ initial: PasswordPolicy, _ after: inout Settings, _ errors: inout [FormError]) {
        let range = initial.minimumLength...min(after.passwordPolicy.maximumLength, 64)
        if let typed = Int(LineOfText.trim(form.text("minimum_length"))), range.contains(typed) {
            after.passwordPolicy.minimumLength = typed
        } else {
            errors.append(FormError("minimum_length", Words.lengthFault(range)))
        }
    }
}
