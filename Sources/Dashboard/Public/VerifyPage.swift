import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

/// `/verify/{token}`: the invited user proves mailbox and phone. Opening the link changes nothing.
enum VerifyPages {
    static func add(to desks: Desks) {
        desks.anybody.get("/verify/:token", show)
        desks.anybody.post("/verify/:token", act, reopen: reopen)
        desks.anybody.get("/verify/:token/done", done)
    }

    @Sendable static func show(_ visit: Visit, _ signedIn: SignedIn?) async throws(Refusal) -> Response {
        let facts: VerificationFacts
        do {
            facts = try await visit.acts.verify.show(visit.token(), now: visit.now)
        } catch .link(.used) {
            return visit.failure(.ok, Words.alreadyVerified, [Anchor(Words.signInAgain, .signIn)])  // N6
        } catch .link(.closed) {
            return closed(visit, by: try await visit.acts.verify.adder(visit.token()))
        }
        if let signedIn, signedIn.user.username.text != facts.username, visit.asked("continue") == nil {
            let here = try Link.verify(visit.token().text)
            return visit.page(OtherPersonPage(here, current: signedIn.user.username.text, next: facts.username))
        }
        return try page(visit, facts, phone: "")
    }

    @Sendable static func reopen(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        let facts = try await visit.acts.verify.show(visit.token(), now: visit.now)
        return try page(visit, facts, phone: form.text("phone"))
    }

    @Sendable static func act(_ visit: Visit, _: SignedIn?, _ form: Form) async throws(Refusal) -> Response {
        let token = try visit.token()
        let facts = try await visit.acts.verify.show(token, now: visit.now)
        let errors: FormErrors
        do {
            switch try await visit.acts.verify(token, phone: form.text("phone"), visit.circumstances) {
            case .choosePassword(let next): return visit.redirect(to: .password(next.text), Receipt(.verified))
            case .passwordMailed: return visit.redirect(to: .verified(token.text), Receipt(.passwordMailed))
            case .linkMailed: return visit.redirect(to: .verified(token.text), Receipt(.linkMailed))
            }
        } catch .link(.wrongPhone(let left)) {
            errors = FormErrors([FormError("phone", Words.wrongPhone(left))])  // E8
        } catch .link(.closed) {
            return closed(visit, by: facts.addedBy)
        } catch .invalid(let faults) {
            errors = FormErrors(faults, own: true)
        }
        return try page(visit, facts, phone: form.text("phone"), errors, status: .unprocessableContent)
    }

    /// E9
    private static func closed(_ visit: Visit, by adder: String) -> Response {
        visit.failure(.gone, Words.linkClosed(by: adder), [Anchor(Words.signInAgain, .signIn)])
    }

    private static func page(
        _ visit: Visit, _ facts: VerificationFacts, phone: String, _ errors: FormErrors = .none, status: HTTPResponse.Status = .ok
    ) throws(Refusal) -> Response {
        let target = visit.form(.verify(try visit.token().text))
        return visit.page(VerifyPage(target, Facts(facts), adder: facts.addedBy, phone: phone, errors: errors), status: status)
    }

    /// What comes next is in the receipt; without one (the address was kept) the link says itself how it stands.
    @Sendable static func done(_ visit: Visit, _ signedIn: SignedIn?) async throws(Refusal) -> Response {
        switch visit.receipt?.name {
        case .passwordMailed, .linkMailed: visit.page(VerifiedPage())
        case _: try await show(visit, signedIn)
        }
    }
}

struct VerifyPage: PageModel {
    static let template = "page-verify"

    let title = Words.verifyTitle
    let layout = Layout.narrow
    let errors: FormErrors
    let form: FormTarget
    let facts: Facts
    let wrongName: String
    let phone: Field

    init(_ form: FormTarget, _ facts: Facts, adder: String, phone: String, errors: FormErrors = .none) {
        self.errors = errors
        self.form = form
        self.facts = facts
        wrongName = Words.tellAdmin(adder)
        self.phone = Field(
            "phone", Words.phone, value: phone, hint: Words.verifyPhoneHint, kind: .tel, autocomplete: "tel-national", verbatim: true,
            errors: errors)
    }
}

extension Facts {
    init(_ facts: VerificationFacts) {
        self.init([
            Fact(Words.username, facts.username, verbatim: true),
            Fact(Words.nameLabel, facts.name.full),
            Fact(Words.accountLabel, facts.accountName),
            Fact(Words.accountID, facts.accountID.description, verbatim: true),
            Fact(Words.addedByLabel, facts.addedBy),
        ])
    }
}

struct VerifiedPage: PageModel {
    static let template = "page-verified"

    let title = Words.verifiedTitle
    let layout = Layout.narrow
}

/// Somebody else is signed in at this browser.
struct OtherPersonPage: PageModel {
    static let template = "page-other-person"

    let title = Words.verifyTitle
    let layout = Layout.narrow
    let text: String
    let stay: Anchor
    let go: Anchor

    init(_ here: Link, current: String, next: String) {
        text = Words.otherPerson(current, next)
        stay = Anchor(Words.stay(current), .home)
        go = Anchor(Words.continueAs(next), here.with([(name: "continue", value: "1")]))
    }
}
