import Domain

// Models of the partials that show things. In `part-…` texts optional properties are written with a leading dot.

/// `part-notice`.
struct Notice: Sendable {
    enum Kind: String, Sendable {
        case info = ""
        case ok, warn, bad
    }

    let style: String
    let heading: String?
    let text: Prose
    let action: Anchor?
    /// Something done by one press, such as taking back what was just done.
    let button: PostButton?
    /// The result of an act: spoken and focused when the page has loaded.
    let isReceipt: Bool

    init(
        _ kind: Kind, _ text: some Sayable, heading: String? = nil, action: Anchor? = nil, button: PostButton? = nil, isReceipt: Bool = false
    ) {
        style = kind.rawValue
        self.heading = heading
        self.text = text.prose
        self.action = action
        self.button = button
        self.isReceipt = isReceipt
    }
}

/// A link in words.
struct Anchor: Sendable {
    let label: String
    let href: String

    init(_ label: String, _ link: Link) {
        self.label = label
        href = link.text
    }
}

/// Where a form posts to, with the token that proves the form is ours: made by `Visit.form(_:)` only. Templates put
/// `{{#form}}<form method="post" action="{{action}}">{{>part-form}}…</form>{{/form}}` around the fields.
struct FormTarget: Sendable {
    let action: String
    let token: String
    /// Of this one drawing of the form, so that it counts once however often it is sent.
    var once: String?
}

/// A button that posts, in a form of its own. `part-post` draws it.
struct PostButton: Sendable {
    let label: String
    let action: String
    let token: String
    let once: String?
    /// `primary`, `danger` or empty.
    let style: String
    let fields: [Hidden]
    /// Said after the label, unseen: which row the button belongs to.
    let about: String?

    struct Hidden: Sendable, Hashable {
        let name: String
        let value: String
    }

    init(_ label: String, _ form: FormTarget, style: String = "", fields: [Hidden] = [], about: String? = nil) {
        self.label = label
        action = form.action
        token = form.token
        once = form.once
        self.style = style
        self.fields = fields
        self.about = about
    }
}

/// `part-badge`: a word with a dot.
struct Badge: Sendable {
    enum Kind: String, Sendable {
        case plain = ""
        case ok, warn, bad
    }

    let word: String
    let style: String

    init(_ word: String, _ kind: Kind = .plain) {
        self.word = word
        style = kind.rawValue
    }
}

/// `part-time`: the machine's value, the full text as the person wants it, and the same in UTC; the script makes it relative.
struct Moment: Hashable, Sendable {
    let machine: String
    let text: String
    let exact: String

    init(_ instant: Instant) {
        machine = instant.iso8601
        text = TimeStyle.current.words(instant)
        exact = instant.sentence
    }
}

/// `part-facts`: labels and values.
struct Facts: Sendable {
    let list: [Fact]

    init(_ list: [Fact]) { self.list = list }
}

/// `part-steps`: what happens next, in order.
struct Steps: Sendable {
    let list: [String]

    init(_ list: [String]) { self.list = list }
}

/// One label and its value.
struct Fact: Sendable {
    let label: String
    let value: Prose?
    let moment: Moment?
    /// What follows the moment.
    let after: String?
    let badge: Badge?
    /// Set in the fixed-width face and not translated: names, ids, addresses.
    let verbatim: Bool
    /// Values with a Copy button each.
    var copied: [Copied] = []

    struct Copied: Sendable {
        let id: String
        let value: String
        /// Said after "Copy", unseen.
        let about: String
    }

    init(_ label: String, _ value: some Sayable, verbatim: Bool = false) {
        self.label = label
        self.value = value.prose
        moment = nil
        after = nil
        badge = nil
        self.verbatim = verbatim
    }

    /// - Parameter id: begins the ids of the values on the page.
    init(_ label: String, copied values: [String], id: String) {
        self.label = label
        value = values.isEmpty ? Words.notHere.prose : nil
        moment = nil
        after = nil
        badge = nil
        verbatim = true
        copied = values.enumerated().map { Copied(id: "\(id)-\($0.offset)", value: $0.element, about: "\(label) \($0.element)") }
    }

    /// - Parameter after: words that follow the moment, when there is one.
    init(_ label: String, _ instant: Instant?, after: String? = nil, otherwise never: String) {
        self.label = label
        value = instant == nil ? never.prose : nil
        moment = instant.map { Moment($0) }
        self.after = instant == nil ? nil : after
        badge = nil
        verbatim = false
    }

    init(_ label: String, _ moment: Moment) {
        self.label = label
        value = nil
        self.moment = moment
        after = nil
        badge = nil
        verbatim = false
    }

    init(_ label: String, _ badge: Badge) {
        self.label = label
        value = nil
        moment = nil
        after = nil
        self.badge = badge
        verbatim = false
    }
}

/// `part-secret`: something shown once, with a Copy button.
struct ShownSecret: Sendable, CustomStringConvertible {
    let id: String
    let label: String
    let value: String

    var description: String { "ShownSecret(redacted)" }
}

/// `part-code`: lines to copy.
struct CodeBlock: Sendable {
    let id: String
    let label: String
    let text: String
}

/// `part-menu`: a disclosure with links and buttons that post.
struct Menu: Sendable {
    let label: String
    let links: [Anchor]
    let buttons: [PostButton]
}

/// `part-empty`: nothing here yet, and what to do about it.
struct Empty: Sendable {
    let heading: String?
    let text: Prose
    let actions: [Anchor]

    init(heading: String?, text: some Sayable, actions: [Anchor]) {
        self.heading = heading
        self.text = text.prose
        self.actions = actions
    }
}

/// `part-confirm`: what an act does and does not do, the safe way out first.
struct Confirmation: Sendable {
    let happens: [String]
    let stays: [String]
    /// How to take it back.
    let undo: String?
    let cancel: Anchor
    let act: PostButton
    /// Asked for beside the button.
    var asked: Field?
}

/// `part-pager`: "1–50 of 214", and the pages beside this one.
struct Pager: Sendable {
    let summary: String
    let previous: Anchor?
    let next: Anchor?
}

/// `part-filter`: a search over a list, as a plain GET form.
struct Filter: Sendable {
    let action: String
    let search: Field
    let fields: [Field]
    let choices: [Choice]
    /// What the address keeps besides: the order of the list.
    let hidden: [PostButton.Hidden]
    /// Set when a filter is on.
    let clear: Anchor?
    /// The list below follows a choice at once, where there is script.
    var follows = false
    /// Whether what is folded away on small screens is open: what is on has to be seen, here or as `Applied`.
    var unfolded: Bool

    init(
        action: String, search: Field, fields: [Field] = [], choices: [Choice], hidden: [PostButton.Hidden] = [], clear: Anchor?,
        follows: Bool = false, applied: Applied? = nil
    ) {
        self.action = action
        self.search = search
        self.fields = fields
        self.choices = choices
        self.hidden = hidden
        self.clear = applied == nil ? clear : nil
        self.follows = follows
        unfolded = clear != nil && applied == nil
    }
}

/// `part-applied`: the filters that are on, each with a link that takes it away, and one for all.
struct Applied: Sendable {
    struct Chip: Sendable {
        let label: String
        let href: String

        init(_ title: String, _ value: String, without link: Link) {
            label = "\(title): \(value)"
            href = link.text
        }
    }

    let chips: [Chip]
    let clear: Anchor

    /// Nil when none is on.
    init?(_ chips: [Chip], clear: Anchor) {
        guard !chips.isEmpty else { return nil }
        self.chips = chips
        self.clear = clear
    }
}
