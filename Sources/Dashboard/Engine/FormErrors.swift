import Domain

/// One fault of a form: where it is and what it says. The summary and the field use the same words.
struct FormError: Hashable, Sendable {
    /// Id of the control, without the `#`.
    let field: String
    let text: String

    init(_ field: String, _ text: String) {
        self.field = field
        self.text = text
    }
}

/// Everything that is wrong with what was sent, in the order of the form.
struct FormErrors: Hashable, Sendable {
    private(set) var list: [FormError] = []

    static let none = FormErrors()

    init(_ list: [FormError] = []) { self.list = list }

    /// - Parameter forgotten: ids of password fields that were filled: what was typed there is not sent back, and they say so (E31)
    ///   unless they have an error of their own.
    /// - Parameter own: the form is about the person who fills it in.
    init(_ faults: [FieldFault], own: Bool = false, forgotten: [String] = []) {
        for fault in faults {
            let error = FormError(fault.fieldID, Words.sentence(for: fault, own: own))
            if !list.contains(error) { list.append(error) }
        }
        for field in forgotten where !list.isEmpty && self[field] == nil {
            list.append(FormError(field, Words.passwordNotKept))
        }
    }

    var isEmpty: Bool { list.isEmpty }

    subscript(field: String) -> String? { list.first { $0.field == field }?.text }
}

extension FieldFault {
    /// The id of the control that the fault is about. Forms name their fields by these.
    var fieldID: String {
        switch self {
        case .username: "username"
        case .firstName: "first_name"
        case .lastName: "last_name"
        case .email: "email"
        case .phone: "phone"
        case .level: "level"
        case .access: "access"
        case .password: "password"
        case .currentPassword: "current_password"
        case .accounts: "accounts"
        case .roles: "roles"
        case .accountID: "account_id"
        case .accountName: "account_name"
        case .companyName: "company_name"
        case .publicAddress: "public_address"
        case .confirmation: "confirmation"
        case .grace: "grace"
        case .reminderDays: "reminder_days"
        }
    }
}
