import Domain
import HTTPSupport
import Operations
import Ports

/// The first part of a user's page: facts, the newest letter, names and addresses to change.
struct UserOverview: Sendable {
    let banners: [Notice]
    let facts: Facts
    /// For users whose programs call.
    let refused: Anchor?
    let letter: LetterLine?
    /// The letters before the newest.
    let earlier: Facts?
    /// Nil when the caller may not change what acts everywhere.
    let edit: DetailsForm?
}

extension UserOverview {
    /// - Parameters:
    ///   - typed: what came back with a form that was not right.
    ///   - form: makes the target of a form.
    init(
        _ detail: UserDetail, banners: [Notice] = [], typed: UserFields? = nil, errors: FormErrors = .none, form: (Link) -> FormTarget
    ) {
        self.banners = banners
        facts = Self.facts(detail)
        refused = detail.user.access.api ? Anchor(Words.refusedCallsOfUser, RefusedCallListQuery.user(detail.user.username.text).link) : nil
        letter = detail.newestLetter.map { LetterLine($0, detail, form: form) }
        let others = detail.letters.dropFirst()
        earlier =
            others.isEmpty
            ? nil
            : Facts(
                others.map { letter in
                    Fact(
                        Words.letter(letter.kind),
                        Words.letterLine(letter))
                })
        edit =
            detail.fullChangeDenial != nil
            ? nil
            : DetailsForm(
                detail.user, typed: typed, emailHint: detail.user.state.progress == .waiting ? Words.emailCorrects : Words.emailMoves,
                form: form(.user(detail.user.username)), errors: errors)
    }

    private static func facts(_ detail: UserDetail) -> Facts {
        let user = detail.user
        let isVerified = user.state.progress != .waiting
        let use = detail.credentials.compactMap(\.lastUse).max { $0.at < $1.at }
        var list = [
            Fact(Words.username, user.username.text, verbatim: true),
            Fact(Words.email, "\(user.email.text) (\(isVerified ? Words.emailVerified : Words.emailNotVerified))"),
            Fact(Words.phone, user.phone.grouped), Fact(Words.levelTitle, Words.level(user.level)),
            Fact(Words.accessTitle, Words.access(user.access)),
            Fact(Words.addedBy, user.createdAt, after: detail.addedBy.map { Words.added(by: $0) }, otherwise: ""),
            Fact(Words.lastSignIn, user.lastSignInAt, otherwise: Words.never),
            Fact(Words.lastCall, use?.at, after: use.map { Words.called($0) }, otherwise: Words.never),
            Self.password(detail),
        ]
        if user.state == .enabled(.waiting) { list.append(Fact(Words.invitationEnds, detail.invitationEndsAt, otherwise: Words.noInvitation)) }
        if let seen = user.passwordSeenInPlainAt { list.append(Fact(Words.passwordSeen, seen, otherwise: Words.never)) }
        return Facts(list)
    }

    private static func password(_ detail: UserDetail) -> Fact {
        guard let newest = detail.credentials.first else { return Fact(Words.passwordFact, Words.passwordNone) }
        return Fact(Words.passwordFact, newest.madeAt, after: newest.knownByAdmin ? "(\(Words.passwordKnown))" : nil, otherwise: Words.never)
    }
}

/// The newest letter to a user, and how far it came.
struct LetterLine: Sendable {
    let facts: Facts
    let again: PostButton?
}

extension LetterLine {
    init(_ letter: OutboxLetter, _ detail: UserDetail, form: (Link) -> FormTarget) {
        var list = [
            Fact(Words.mailKind, Words.letter(letter.kind)), Fact(Words.mailTo, letter.to.text, verbatim: true),
            Fact(Words.mailWritten, letter.createdAt, otherwise: Words.never),
            Fact(Words.mailState, Words.letterState(letter.state, attempts: letter.attempts)),
        ]
        if let reply = letter.lastReply, !reply.isEmpty { list.append(Fact(Words.mailReply, reply, verbatim: true)) }
        facts = Facts(list)
        again = Self.act(letter.kind).flatMap { act in
            act.obstacle(detail) == nil ? PostButton(Words.sendAgain, form(.user(detail.user.username, act.part))) : nil
        }
    }
}

extension LetterLine {
    /// What sends such a letter once more; nil for those that nobody asks for.
    static func act(_ kind: LetterKind) -> UserAct? {
        switch kind {
        case .verification, .reminder: .resend
        case .reset: .reset
        case .preparedPassword, .collectPassword, .passwordChanged, .wrongPhone, .newDevice, .userLocked, .locked, .confirmEmail,
            .emailBeingChanged, .accessChanged, .madeAdmin, .test, .passwordRotated, .oldPasswordInUse, .passwordDue, .passwordEnded:
            nil
        }
    }
}

/// Names, email and phone in one form, for an admin and for oneself.
struct DetailsForm: Sendable {
    let form: FormTarget
    let username: String
    let version: String
    let firstName: Field
    let lastName: Field
    let email: Field
    let phone: Field
}

extension DetailsForm {
    init(
        _ user: User, typed: UserFields?, emailHint: String, phoneHint: String = Words.phoneHint, isOwn: Bool = false, form: FormTarget,
        errors: FormErrors
    ) {
        let inputs = UserInputs(
            typed ?? UserFields(user, grants: [:]), emailHint: emailHint, phoneHint: phoneHint, isOwn: isOwn, errors: errors)
        self.form = form
        username = user.username.text
        version = String(user.version)
        firstName = inputs.firstName
        lastName = inputs.lastName
        email = inputs.email
        phone = inputs.phone
    }
}

extension Form {
    /// What the person read when the form was drawn. A form without it is as good as one that is too old.
    var version: Int64 { Int64(text("version")) ?? -1 }
}
