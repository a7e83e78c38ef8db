import Domain
import HTTPSupport
import HTTPTypes
import Hummingbird
import Operations

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

    func get(_ path: RouterPath, _ show: @escaping Showing) {
        let desk = self.handling
        router.get(path) { request, context in await desk.answer(request, context) { visit, who throws(Refusal) in try await show(visit, who) } }
    }

    /// - Parameter reopen: shows the form again with the answers in it, doing nothing. For forms that somebody fills in: it is offered when
    ///   the form had become too old.
    func post(_ path: RouterPath, _ act: @escaping Acting, reopen: Acting? = nil) {
        let desk = self.handling
        router.post(path) { request, context in await desk.answerPost(request, context, act, reopen: reopen) }
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
            do {
                let who = try admit(visit)
                if let held = held(visit) { return held }
                return try await body(visit, who)
            } catch {
                if error == .notSignedIn, let kept { return visit.signInKeeping(kept) }
                return await visit.failure(error)
            }
        }

        func answerPost(_ request: Request, _ context: AppContext, _ act: Acting, reopen: Acting?) async -> Response {
            let form: Form
            switch await Submission.read(request, context) {
            case .success(let read): form = read
            case .failure(let fault): return screens.stranger(request, context).failure(fault)
            }
            return await answer(request, context, keeping: reopen == nil ? nil : form) { visit, who throws(Refusal) in
                let isGenuine = visit.acts.sessions.isGenuine(
                    form.text(Submission.tokenField), cookie: visit.secret, form: request.uri.path)
                guard isGenuine else { return visit.tooOld(form, canReopen: reopen != nil) }
                if form.has(Submission.reopenField), let reopen { return try await reopen(visit, who, form) }
                return try await act(visit, who, form)
            }
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

    /// What may go back into a page: everything but our own fields and passwords.
    static func kept(_ form: Form) -> [PostButton.Hidden] {
        let choices: Set<String> = ["password_choice", "password_delivery"]
        return form.fields.filter { field in
            !field.name.hasPrefix("_") && (choices.contains(field.name) || !field.name.contains("password"))
        }.map { PostButton.Hidden(name: $0.name, value: $0.value) }
    }

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
