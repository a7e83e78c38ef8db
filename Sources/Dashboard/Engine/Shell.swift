import Domain

/// Everything around a page, in ready words: what `shell.mustache` shows.
struct Shell: Sendable {
    struct Tab: Sendable {
        let label: String
        let href: String
        let isHere: Bool
        /// `page` when the tab leads to this very page's list, `true` when it only contains it.
        let hereAs: String

        init(_ label: String, _ link: Link, isHere: Bool, isPage: Bool = true) {
            self.label = label
            href = link.text
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
    let layout: String
    let style: String
    let script: String
    let icon: String
    let brand: String
    let hasTabs: Bool
    let tabs: [Tab]
    let hasSubtabs: Bool
    let subtabs: [Tab]
    let person: Person?
    let errors: FormErrors?
    let notice: Notice?
    let version: String
    let requestID: String
}

extension Shell {
    /// - Parameters:
    ///   - user: who is signed in.
    ///   - signOut: where the own menu's button posts to.
    ///   - isHeld: the person must choose a new password first: no tab leads away.
    init(
        _ page: some PageModel, user: User?, signOut: FormTarget, isHeld: Bool, notice: Notice?, assets: Assets, version: String,
        requestID: String
    ) {
        title = Words.documentTitle(page.title, section: page.section.name, hasErrors: !page.errors.isEmpty)
        layout = page.layout.rawValue
        style = assets.style.link.text
        script = assets.script.link.text
        icon = assets.icon.link.text
        brand = Link.root.text
        tabs = isHeld ? [] : user.map { Self.tabs(for: $0, page.section) } ?? []
        subtabs = isHeld ? [] : user.map { Self.subtabs(for: $0, page.section) } ?? []
        hasTabs = !tabs.isEmpty
        hasSubtabs = !subtabs.isEmpty
        person = user.map { Person($0, signOut: signOut, isHeld: isHeld) }
        errors = page.errors.isEmpty ? nil : page.errors
        self.notice = notice
        self.version = version
        self.requestID = requestID
    }

    private static func tabs(for user: User, _ section: Section) -> [Tab] {
        let home = Tab(Words.home, .home, isHere: section == .home)
        guard user.level >= .admin else { return [home] }
        return [home, Tab(Words.account, .account, isHere: section.isInAccount, isPage: false)]
    }

    /// The second row, inside Account.
    private static func subtabs(for user: User, _ section: Section) -> [Tab] {
        guard section.isInAccount, user.level >= .admin else { return [] }
        let all = [
            Tab(Words.users, .users, isHere: section == .users), Tab(Words.roles, .roles, isHere: section == .roles),
            Tab(Words.accounts, .accounts, isHere: section == .accounts),
            Tab(Words.audit, .audit, isHere: section == .auditLog),
        ]
        guard user.level == .operator else { return all }
        return all + [
            Tab(Words.mail, .heldMail, isHere: section == .heldMail), Tab(Words.settings, .settings, isHere: section == .settings),
        ]
    }
}

extension Shell.Person {
    init(_ user: User, signOut: FormTarget, isHeld: Bool) {
        name = user.name.full
        username = user.username.text
        links = isHeld ? [] : [Anchor(Words.profile, .profile), Anchor(Words.changePassword, .ownPassword)]
        self.signOut = PostButton(Words.signOut, signOut, style: "small")
    }
}

/// A page and everything around it: the outermost context of every template.
struct Frame: Sendable {
    let words: WordTable
    let shell: Shell
    let page: any PageModel
}
