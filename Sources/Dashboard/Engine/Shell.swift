import Domain

/// Everything around a page, in ready words: what `shell.mustache` shows.
struct Shell: Sendable {
    struct Tab: Sendable {
        let label: String
        let href: String
        let isHere: Bool
        /// `page` when the tab leads to this very page's list, `true` when it only contains it.
        let hereAs: String

        init(_ place: Place, isHere: Bool, isPage: Bool = true) {
            label = place.label
            href = place.link.text
            self.isHere = isHere
            hereAs = isPage ? "page" : "true"
        }
    }

    struct Person: Sendable {
        let name: String
        let username: String
        let links: [Anchor]
        let signOut: PostButton
    }

    let title: String
    let theme: String?
    let layout: String
    let style: String
    let script: String
    let icon: String
    let brand: String
    /// What the installation calls itself.
    let name: String
    let hasTabs: Bool
    let tabs: [Tab]
    let hasSubtabs: Bool
    let subtabs: [Tab]
    let subtabsLabel: String
    let switcher: Switcher?
    let search: String?
    let person: Person?
    let session: Lasting?
    /// Shortcuts of one letter, for the script: `h /home u /account/users`. Nil when they are switched off.
    let keys: String?
    let errors: FormErrors?
    let notice: Notice?
    let version: String
    let status: String

    /// Who looks at the page.
    struct Onlooker: Sendable {
        let user: User
        /// Must choose a new password first: no tab leads away.
        let isHeld: Bool
        let preferences: Preferences
        let accounts: [Account]
        let account: Account?
        let mounted: Mounted
        let signOut: FormTarget
        let choose: FormTarget
        let stay: FormTarget
        /// Where to come back to after changing to another account.
        let here: String?
        /// After so long without a request the session ends.
        var idle = Lifetimes.sessionIdle
        /// Seconds until the session ends for good.
        let endsIn: Int64
    }
}

extension Shell {
    init(_ page: some PageModel, _ onlooker: Onlooker?, notice: Notice?, assets: Assets, version: String, name: String = Settings.initialName) {
        let free = onlooker.flatMap { $0.isHeld ? nil : $0 }
        title = Words.documentTitle(page.title, section: page.section.name, hasErrors: !page.errors.isEmpty)
        theme = onlooker.flatMap { $0.preferences.theme == .auto ? nil : $0.preferences.theme.rawValue }
        layout = page.layout.rawValue
        style = assets.style.link.text
        script = assets.script.link.text
        icon = assets.icon.link.text
        brand = Link.root.text
        self.name = name
        tabs = free.map { Self.tabs(for: $0, page.section) } ?? []
        subtabs = free.map { Self.subtabs(for: $0, page.section) } ?? []
        subtabsLabel = page.section.isInProfile ? Words.profile : Words.account
        hasTabs = !tabs.isEmpty
        hasSubtabs = !subtabs.isEmpty
        switcher = free.flatMap { Switcher($0) }
        search = free.flatMap { $0.mounted.open(Sitemap.others, to: $0.user).first { $0.section == .search }?.link.text }
        keys = free.flatMap { Self.keys(for: $0) }
        person = onlooker.map { Person($0) }
        session = onlooker.map { Lasting($0) }
        errors = page.errors.isEmpty ? nil : page.errors
        self.notice = notice
        self.version = version
        status = Link.health.text
    }

    private static func tabs(for onlooker: Onlooker, _ section: Section) -> [Tab] {
        onlooker.mounted.open(Sitemap.tabs, to: onlooker.user).map { place in
            place.section == .users
                ? Tab(place, isHere: section.isInAccount, isPage: false) : Tab(place, isHere: section == place.section)
        }
    }

    /// The second row, inside Account or about oneself.
    private static func subtabs(for onlooker: Onlooker, _ section: Section) -> [Tab] {
        let places = section.isInAccount ? Sitemap.accountTabs : section.isInProfile ? Sitemap.profileTabs : []
        return onlooker.mounted.open(places, to: onlooker.user).map { Tab($0, isHere: section == $0.section) }
    }

    private static func keys(for onlooker: Onlooker) -> String? {
        guard onlooker.preferences.singleKeys else { return nil }
        return onlooker.mounted.open(Sitemap.all, to: onlooker.user).compactMap { place in place.key.map { "\($0) \(place.link.text)" } }
            .joined(separator: " ")
    }
}

extension Shell.Person {
    init(_ onlooker: Shell.Onlooker) {
        let user = onlooker.user
        name = user.name.full
        username = user.username.text
        let places = Sitemap.profileTabs.filter { Sitemap.own.contains($0.section) }
        links = onlooker.isHeld ? [] : onlooker.mounted.open(places, to: user).map { Anchor($0.label, $0.link) }
        signOut = PostButton(Words.signOut, onlooker.signOut, style: "small")
    }
}

extension Shell {
    /// The account this browser works in, and those to change to. Only for people with more than one.
    struct Switcher: Sendable {
        struct Choice: Sendable {
            let id: String
            let name: String
            let isHere: Bool
        }

        let id: String
        let name: String
        let form: FormTarget
        let next: String?
        let choices: [Choice]
        /// Set when there are more than are listed.
        let more: Anchor?

        init?(_ onlooker: Onlooker) {
            guard let account = onlooker.account, onlooker.accounts.count > 1 else { return nil }
            id = account.id.description
            name = account.name
            form = onlooker.choose
            next = onlooker.here
            choices = onlooker.accounts.map { Choice(id: $0.id.description, name: $0.name, isHere: $0.id == account.id) }
            more =
                onlooker.accounts.count >= Switcher.most && onlooker.user.level >= .admin ? Anchor(Words.moreAccountsLink, .accounts) : nil
        }

        static let most = 20
    }

    /// How long the session lasts, for the script that warns before its end.
    struct Lasting: Sendable {
        /// Seconds without a request; a minute less than the truth, since a session is not written down more often.
        let idle: Int64
        let ends: Int64
        let stay: FormTarget

        init(_ onlooker: Onlooker) {
            idle = (onlooker.idle - .minutes(1)).secondsRoundedUp
            ends = onlooker.endsIn
            stay = onlooker.stay
        }
    }
}

/// A page and everything around it: the outermost context of every template.
struct Frame: Sendable {
    let words: WordTable
    let shell: Shell
    let page: any PageModel
}
