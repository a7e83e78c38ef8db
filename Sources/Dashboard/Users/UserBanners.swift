import Domain
import Operations
import Ports

/// What stands above a user's overview: why this user does not work as usual, and what to do about it, most urgent first.
enum UserBanners {
    /// - Parameter isOperator: may read held mail.
    /// - Parameter form: makes the target of a form; without it nothing is done by one press.
    static func make(_ detail: UserDetail, isOperator: Bool, now: Instant, form: (Link) -> FormTarget? = { _ in nil }) -> [Notice] {
        [
            deactivated(detail), locked(detail), invitation(detail, now: now), letter(detail, isOperator: isOperator), email(detail, form),
            rotation(detail, now: now),
        ].compactMap(\.self)
    }

    private static func email(_ detail: UserDetail, _ form: (Link) -> FormTarget?) -> Notice? {
        detail.pendingEmail.map { pending in
            EmailWaiting.notice(pending, withdraw: detail.fullChangeDenial == nil ? form(.user(detail.user.username, .email)) : nil)
        }
    }

    private static func deactivated(_ detail: UserDetail) -> Notice? {
        detail.deactivation.map { off in
            Notice(
                .warn, Words.deactivation(off), heading: Words.deactivated,
                action: anchor(.activate, detail))
        }
    }

    private static func locked(_ detail: UserDetail) -> Notice? {
        guard detail.status == .locked else { return nil }
        return Notice(.warn, Words.lockedBanner, heading: Words.locked, action: anchor(.unlock, detail))
    }

    /// The way in is closed: five wrong numbers, or the time is over.
    private static func invitation(_ detail: UserDetail, now: Instant) -> Notice? {
        guard detail.user.state == .enabled(.waiting), let invitation = detail.invitation else { return nil }
        switch invitation {
        case .open: return nil
        case .refused: return Notice(.bad, Words.invitationRefused, heading: Words.invitationRefusedHeading, action: anchor(.resend, detail))
        case .ended(let at): return Notice(.warn, Words.invitationEnded(at), heading: Words.invitationEndedHeading, action: anchor(.resend, detail))
        }
    }

    /// W6: the newest email did not leave.
    private static func letter(_ detail: UserDetail, isOperator: Bool) -> Notice? {
        guard !detail.user.state.isDeactivated, let letter = detail.newestLetter else { return nil }
        guard isAwaited(letter.kind) else { return nil }
        let kind = Words.letter(letter.kind)
        let reason = (letter.lastReply ?? "").isEmpty ? nil : letter.lastReply
        switch letter.state {
        case .sent: return nil
        case .held:
            return letter.readAt != nil
                ? nil
                : Notice(
                    .warn, isOperator ? Words.letterHeldForYou : Words.letterHeld, heading: Words.letterNotLeft(kind),
                    action: isOperator ? Anchor(Words.homeOpenMail, .letter(letter.id.description)) : nil)
        case .failed:
            return Notice(
                .bad, Words.letterFailed(detail.user.username.text, reason), heading: Words.letterNotLeft(kind), action: again(letter, detail))
        case .queued:
            return reason.map { Notice(.warn, Words.letterTrying($0), heading: Words.letterNotLeft(kind)) }
        }
    }

    /// An old password that goes on working, or one that is to be rotated.
    private static func rotation(_ detail: UserDetail, now: Instant) -> Notice? {
        guard detail.user.access.api, !detail.user.state.isDeactivated else { return nil }
        let username = detail.user.username.text
        if let old = detail.credentials.dropFirst().first, let end = old.endsAt {
            return Notice(
                .info, Words.oldPasswordRuns(until: end, old.lastUse), heading: Words.twoLive,
                action: Anchor(Words.seeCredential, .credential(username)))
        }
        guard let dueAt = detail.dueAt, dueAt - now <= OwnPasswordBanners.ahead else { return nil }
        return Notice(
            .warn, Words.homeDue(username, dueAt, now: now), heading: Words.ownRotationHeadingOf, action: Anchor(Words.rotate, .rotate(username)))
    }

    /// Without it the user cannot go on; every other letter only tells of something.
    static func isAwaited(_ kind: LetterKind) -> Bool {
        switch kind {
        case .verification, .reminder, .reset, .preparedPassword, .collectPassword, .confirmEmail: true
        case .passwordChanged, .wrongPhone, .newDevice, .userLocked, .locked, .emailBeingChanged, .accessChanged, .madeAdmin, .test,
            .passwordRotated, .oldPasswordInUse, .passwordDue, .passwordEnded:
            false
        }
    }

    private static func again(_ letter: OutboxLetter, _ detail: UserDetail) -> Anchor? {
        LetterLine.act(letter.kind).flatMap { anchor($0, detail, label: Words.sendAgain) }
    }

    /// Only what the caller may do now.
    private static func anchor(_ act: UserAct, _ detail: UserDetail, label: String? = nil) -> Anchor? {
        act.obstacle(detail) == nil ? Anchor(label ?? Words.actLabel(act), .user(detail.user.username, act.part)) : nil
    }
}
