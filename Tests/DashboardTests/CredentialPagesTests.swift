import Domain
import Testing

@testable import Dashboard

@Suite struct `Tables with something to press` {
    @Test func `a card of a credential does not name the column of a button that says it`() throws {
        let page = Samples.html(try #require(Samples.credentialPages.first as? CredentialListPage), with: try Templates())
        #expect(page.contains(#"data-l="Last used""#) && page.contains("/rotate\"") && !page.contains(#"data-l="Rotate""#))
    }

    @Test func `what a user without roles may do is said where roles are changed, too`() throws {
        let access = UserScreen(
            Samples.detail(), .access, access: UserAccess(Samples.detail(), Samples.accessSetting()))
        #expect(Samples.html(access, with: try Templates()).contains("With no roles this user can read only a few lists."))
    }
}

@Suite struct `Bars of calls` {
    @Test func `a day with calls is drawn, however small beside the others`() {
        #expect(Bars([0, 1, 1000]).path == "M0 24v-1h3v1zM4 24v-2h3v2zM8 24v-24h3v24z")
    }

    @Test func `the same numbers stand beside them in words`() {
        #expect(Bars([0, 3, 2]).text == "5 calls, 2 today, at most 3 on a day")
        #expect(Bars([0, 0]).text == "No calls")
    }
}
