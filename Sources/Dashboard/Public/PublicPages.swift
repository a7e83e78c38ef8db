/// Pages for everybody: before signing in, and behind mailed links.
enum PublicPages {
    static func add(to desks: Desks) {
        SignInPages.add(to: desks)
        ForgottenPages.add(to: desks)
        SetUpPages.add(to: desks)
        VerifyPages.add(to: desks)
        ChoosePasswordPages.add(to: desks)
        CollectPages.add(to: desks)
        RenewPages.add(to: desks)
        EmailChangePages.add(to: desks)
    }
}
