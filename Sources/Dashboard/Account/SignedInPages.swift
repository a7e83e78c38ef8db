import Secrets

/// Pages behind sign-in: Home, Account, Profile, mail.
struct SignedInPages: Sendable {
    let entropy: any Entropy
    /// Without a mail server letters are held, and the page about mail says so.
    let hasMailServer: Bool
    let about: InstallationAbout

    func add(to desks: Desks) {
        HomePages.add(to: desks)
        UserPages(entropy: entropy, hasMailServer: hasMailServer).add(to: desks)
        RolesPages.add(to: desks)
        CredentialPages(entropy: entropy).add(to: desks)
        AccountPages.add(to: desks)
        AuditPages.add(to: desks)
        RefusedCallPages.add(to: desks)
        SettingsPages(about: about).add(to: desks)
        MailPages(hasMailServer: hasMailServer).add(to: desks)
        ProfilePages.add(to: desks)
        SessionPages.add(to: desks)
        PreferencePages.add(to: desks)
        SearchPages.add(to: desks)
        QuickStartPages.add(to: desks)
    }
}
