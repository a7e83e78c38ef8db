import Domain

// Models of the form partials. In `part-…` texts every name of an optional property is written with a leading dot (`{{#.hint}}`), so that
// a missing one is missing and not looked up further out.

/// `part-field`: one line of text.
struct Field: Sendable {
    enum Kind: String, Sendable { case text, email, tel, search, date }

    let id: String
    let label: String
    var value: String
    var hint: String?
    var error: String?
    var type: String
    var autocomplete: String?
    var inputmode: String?
    var optional = false
    /// A name, code or address: not translated, spell-checked or capitalised.
    var verbatim = false

    init(
        _ id: String, _ label: String, value: String = "", hint: String? = nil, kind: Kind = .text, autocomplete: String? = nil,
        inputmode: String? = nil, optional: Bool = false, verbatim: Bool = false, errors: FormErrors = .none
    ) {
        self.id = id
        self.label = label
        self.value = value
        self.hint = hint
        error = errors[id]
        type = kind.rawValue
        self.autocomplete = autocomplete
        self.inputmode = inputmode
        self.optional = optional
        self.verbatim = verbatim
        describedBy = Describing.ids(id, hint: hint, error: error)
    }

    let describedBy: String?
}

/// `part-password`: a password with a Show button. Has no value: what was typed is never sent back.
struct PasswordField: Sendable {
    let id: String
    let label: String
    let hint: String?
    let error: String?
    let autocomplete: String
    let describedBy: String?
    /// What the Show button shows, in the middle of a sentence.
    let what: String

    init(_ id: String, _ label: String, hint: String? = nil, isNew: Bool, errors: FormErrors = .none) {
        self.id = id
        self.label = label
        self.hint = hint
        error = errors[id]
        autocomplete = isNew ? "new-password" : "current-password"
        describedBy = Describing.ids(id, hint: hint, error: error)
        what = label.lowercased()
    }
}

/// `part-pick`: one check box or radio button.
struct Pick: Sendable {
    let id: String
    let name: String
    let value: String
    let label: String
    let hint: String?
    let type: String
    let checked: Bool
    /// Only for locked roles; `hint` says why.
    let disabled: Bool

    init(
        _ name: String, value: String, _ label: String, hint: String? = nil, isRadio: Bool = false, checked: Bool = false,
        disabled: Bool = false, id: String? = nil
    ) {
        self.id = id ?? "\(name)-\(value)"
        self.name = name
        self.value = value
        self.label = label
        self.hint = hint
        type = isRadio ? "radio" : "checkbox"
        self.checked = checked
        self.disabled = disabled
    }
}

/// `part-picks`: several picks that belong together. The first one carries the group's name as its id: the error summary leads there.
struct Picks: Sendable {
    let id: String
    let legend: String
    let hint: String?
    let error: String?
    let describedBy: String?
    let picks: [Pick]

    init(_ name: String, _ legend: String, hint: String? = nil, errors: FormErrors = .none, _ picks: [Pick]) {
        id = name
        self.legend = legend
        self.hint = hint
        error = errors[name]
        describedBy = Describing.ids(name, hint: hint, error: error)
        self.picks = picks.enumerated().map { index, pick in
            Pick(
                pick.name, value: pick.value, pick.label, hint: pick.hint, isRadio: pick.type == "radio", checked: pick.checked,
                disabled: pick.disabled, id: index == 0 ? name : pick.id)
        }
    }
}

/// `part-select`: one of many, in a list.
struct Choice: Sendable {
    struct Option: Sendable {
        let value: String
        let label: String
        let selected: Bool
    }

    let id: String
    let label: String
    let options: [Option]

    init(_ id: String, _ label: String, _ options: [(value: String, label: String)], selected: String) {
        self.id = id
        self.label = label
        self.options = options.map { Option(value: $0.value, label: $0.label, selected: $0.value == selected) }
    }
}

enum Describing {
    /// The ids that describe a control, error first: what a screen reader says after the label.
    static func ids(_ id: String, hint: String?, error: String?) -> String? {
        let ids = [error.map { _ in "\(id)-error" }, hint.map { _ in "\(id)-hint" }].compactMap(\.self)
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}
