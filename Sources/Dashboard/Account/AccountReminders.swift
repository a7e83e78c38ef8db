import Domain
import HTTPSupport
import Hummingbird
import Operations

/// After how many days an account's API users are reminded to rotate: a fact for admins, a form for operators.
struct AccountReminders: Sendable {
    let text: String
    let form: FormTarget?
    let days: Field

    static let field = "reminder_days"

    /// - Parameters:
    ///   - days: nil: no reminders.
    ///   - form: for operators.
    init(_ days: Int64?, typed: String? = nil, form: FormTarget?, errors: FormErrors = .none) {
        text = days.map(Words.remindersAfter) ?? Words.remindersNever
        self.form = form
        self.days = Field(
            Self.field, Words.remindersLabel, value: typed ?? days.map { String($0) } ?? "", hint: Words.remindersHint, autocomplete: "off",
            inputmode: "numeric", optional: true, errors: errors)
    }

    /// Nothing means never.
    static func days(_ form: Form) throws(Refusal) -> Int64? {
        let typed = LineOfText.trim(form.text(field))
        if typed.isEmpty { return nil }
        guard let days = Int64(typed) else { throw .invalid([.reminderDays]) }
        return days
    }
}
