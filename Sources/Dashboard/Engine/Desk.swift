import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations
import Secrets

/// Routes for one kind of visitor. What a page needs to know of its visitor (`Who`) is proven before its handler runs.
///
/// ```swift
/// admins.get("/account/users", list)                  // (Visit, AdminCaller) async throws(Refusal) -> Response
/// admins.post("/account/users/new", add, reopen: form) // (Visit, AdminCaller, Form) async throws(Refusal) -> Response
/// ```
/// A refusal that a handler lets through becomes the error page for it.
struct Desk<Who: Sendable> {
    typealias Showing = @Sendable (Visit, Who) async throws(Refusal) -> Response
    typealias Acting = @Sendable (Visit, Who, Form) async throws(Refusal) -> Response

    let router: Router<AppContext>
    let screens: Screens
    /// Whether somebody who must choose a new password first is let in.
    let admitsHeld: Bool
    let admit: @Sendable (Visit) throws(Refusal) -> Who

    /// - Parameter confirming: when the person has to confirm first who they are.
    func get(_ path: RouterPath, _ show: @escaping Showing, confirming: Confirming<Who> = .never) {
        let desk = self.handling
        screens.mounted.add([path.description])
        router.get(path) { request, context in
            await desk.answer(request, context) { visit, who throws(Refusal) in
                if visit.mustConfirm, confirming.isAlways { return visit.redirect(to: .confirm.with([(name: "next", value: request.uri.string)])) }
                return try await show(visit, who)
            }
        }
    }

    /// - Parameters:
    ///   - reopen: shows the form again with the answers in it, doing nothing. For forms that somebody fills in: their answers survive
    ///     a sign-in, a confirmation and a form that had become too old.
    ///   - confirming: when the person has to confirm first who they are.
    func post(_ path: RouterPath, _ act: @escaping Acting, reopen: Acting? = nil, confirming: Confirming<Who> = .never) {
        let desk = self.handling
        let acting = Handling.Post(act: act, reopen: reopen, confirming: confirming)
        router.post(path) { request, context in await desk.answerPost(request, context, acting) }
        guard let reopen else { return }
        router.get("/answers\(path.description)") { request, context in
            await desk.answer(request, context) { visit, who throws(Refusal) in try await desk.answers(visit, who, reopen) }
        }
    }

    private var handling: Handling { Handling(screens: screens, admitsHeld: admitsHeld, admit: admit) }

    /// What the router's closures keep: everything but the router.
    struct Handling: Sendable {
        let screens: Screens
        let admitsHeld: Bool
        let admit: @Sendable (Visit) throws(Refusal) -> Who

        /// - Parameter kept: a form that somebody filled in: it survives the sign-in that is asked for when the session has ended.
        func answer(
            _ request: Request, _ context: AppContext, keeping kept: Form? = nil,
            _ body: @Sendable (Visit, Who) async throws(Refusal) -> Response
        ) async -> Response {
            let visit: Visit
            switch await screens.visit(request, context) {
            case .success(let welcome): visit = welcome
            case .failure(let refusal): return await screens.stranger(request, context).failure(refusal)
            }
            let style = TimeStyle(visit.signedIn?.preferences ?? .initial)
            return await TimeStyle.$current.withValue(style) { await answer(visit, keeping: kept, body) }
        }

        private func answer(
            _ visit: Visit, keeping kept: Form?, _ body: @Sendable (Visit, Who) async throws(Refusal) -> Response
        ) async -> Response {
            do {
                let who = try admit(visit)
                if let held = held(visit) { return held }
                return try await body(visit, who)
            } catch {
                if error == .notSignedIn, let kept { return await visit.signInKeeping(kept) }
                return await visit.failure(error)
            }
        }

        /// What a route for forms was mounted with.
        struct Post: Sendable {
            let act: Acting
            let reopen: Acting?
            let confirming: Confirming<Who>
        }

        func answerPost(_ request: Request, _ context: AppContext, _ post: Post) async -> Response {
            let form: Form
            switch await Submission.read(request, context) {
            case .success(let read): form = read
            case .failure(let fault): return await screens.anyVisit(request, context).failure(fault)
            }
            guard let key = screens.onceKey(form, request) else { return await answer(form, request, context, post) }
            switch await screens.submissions.begin(key) {
            case .again(let response): return response
            case .alreadyShown:
                let words = Words.sentences(for: LinkRefusal.alreadyShown)
                return await screens.anyVisit(request, context).failure(.gone, words, [Anchor(Words.home, .root)])
            case .first:
                var response = await answer(form, request, context, post)
                let isShownOnce = response.headers[.shownOnce] != nil
                response.headers[.shownOnce] = nil
                screens.submissions.finish(key, response, isShownOnce: isShownOnce)
                return response
            }
        }

        private func answer(_ form: Form, _ request: Request, _ context: AppContext, _ post: Post) async -> Response {
            await answer(request, context, keeping: post.reopen == nil ? nil : form) { visit, who throws(Refusal) in
                let isGenuine = visit.acts.sessions.isGenuine(
                    form.text(Submission.tokenField), cookie: visit.secret, form: request.uri.path)
                guard isGenuine else { return visit.tooOld(form, canReopen: post.reopen != nil) }
                if form.has(Submission.reopenField), let reopen = post.reopen { return try await reopen(visit, who, form) }
                if form.has(Submission.confirmField) { return try await confirmed(visit, form, post) }
                if try await post.confirming.asks(visit, who, form) { return try await visit.askToConfirm(form) }
                return try await post.act(visit, who, form)
            }
        }

        /// The password was asked for, and here it is: what waited for it is done now.
        private func confirmed(_ visit: Visit, _ form: Form, _ post: Post) async throws(Refusal) -> Response {
            switch try await visit.confirm(form) {
            case .answered(let response): return response
            case .through(var renewed, let kept, let session):
                do {
                    let who = try admit(renewed)
                    guard Submission.lostPassword(kept), let reopen = post.reopen else {
                        return try await post.act(renewed, who, kept).settingSession(session.token)
                    }
                    renewed.notice = Notice(.warn, Words.passwordNotKept)  // E31
                    return try await reopen(renewed, who, kept).settingSession(session.token)
                } catch {
                    return await renewed.failure(error).settingSession(session.token)
                }
            }
        }

        /// Answers that waited for a sign-in, back in their form.
        func answers(_ visit: Visit, _ who: Who, _ reopen: Acting) async throws(Refusal) -> Response {
            let path = String(visit.request.uri.path.dropFirst("/answers".count))
            guard let key = visit.asked("kept").flatMap({ Token(parsing: $0) }),
                let kept = try await visit.acts.keptForms.open(key, path: path, for: .browser(visit.visitorSecret), now: visit.now)
            else { return visit.redirect(to: Link(next: path) ?? .home) }
            var visit = visit
            let form = Submission.form(of: kept)
            visit.notice =
                Submission.lostPassword(form)
                ? Notice(.warn, Words.passwordNotKept, heading: Words.answersKept.heading)
                : Notice(.info, Words.answersKept.text, heading: Words.answersKept.heading)
            return try await reopen(visit, who, form)
        }

        /// Led to the renewal page, and nowhere else.
        private func held(_ visit: Visit) -> Response? {
            guard !admitsHeld, visit.signedIn?.mustChoose != nil else { return nil }
            return visit.redirect(to: .renew)
        }
    }
}

/// The body of a POST, before anybody acts on it.
enum Submission {
    static let tokenField = "_form"
    static let reopenField = "_reopen"
    static let onceField = "_once"
    /// The key of a form that waited for a confirmation.
    static let confirmField = "_confirm"
    /// Says of a form that waited that a password was typed into it, and is gone.
    private static let lostField = "_lost"

    /// What may go back into a page: everything but our own fields and passwords.
    static func kept(_ form: Form) -> [PostButton.Hidden] {
        let choices: Set<String> = ["password_choice", "password_delivery"]
        return form.fields.filter { field in
            !field.name.hasPrefix("_") && (choices.contains(field.name) || !field.name.contains("password"))
        }.map { PostButton.Hidden(name: $0.name, value: $0.value) }
    }

    /// What of a form waits on the server: everything that may go back into a page, and whether a password was typed.
    static func waiting(_ form: Form) -> [KeptField] {
        let kept = kept(form).map { KeptField($0.name, $0.value) }
        let isLost = form.fields.contains { field in
            field.name.contains("password") && !field.value.isEmpty && !kept.contains { $0.name == field.name }
        }
        return kept + (isLost ? [KeptField(lostField, "1")] : [])
    }

    static func form(of kept: [KeptField]) -> Form { Form(kept.map { Form.Field(name: $0.name, value: $0.value) }) }

    static func lostPassword(_ form: Form) -> Bool { form.has(lostField) }

    enum Fault: Error, Hashable {
        /// Not from a page of ours.
        case foreign
        case tooLarge
        case unreadable
    }

    static func read(_ request: Request, _ context: AppContext) async -> Result<Form, Fault> {
        guard FormToken.sameOrigin(request.headers, facts: context.facts) else { return .failure(.foreign) }
        guard Negotiation.bodyIsForm(request.headers) else { return .failure(.unreadable) }
        var bytes: [UInt8] = []
        do {
            for try await chunk in request.body {
                guard bytes.count + chunk.readableBytes <= BodyLimits.bytes else { return .failure(.tooLarge) }
                bytes += chunk.readableBytesView
            }
            return .success(try Form(urlEncoded: bytes))
        } catch FormFault.tooLarge {
            return .failure(.tooLarge)
        } catch {
            // A body that broke off, or one that is no form: either way it was not complete.
            return .failure(.unreadable)
        }
    }
}

extension Form {
    /// The value of a field; empty when it is missing or came twice.
    func text(_ name: String) -> String {
        let values = all(name)
        return values.count == 1 ? values.first ?? "" : ""
    }
}
