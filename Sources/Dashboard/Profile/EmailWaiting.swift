import Operations

/// Another address was asked for, and its link has not been opened yet.
enum EmailWaiting {
    /// - Parameter withdraw: where the question is taken back; `nil` for those who may not.
    static func notice(_ pending: PendingEmail, withdraw: FormTarget?) -> Notice {
        Notice(
            .info, Words.emailWaiting(pending), heading: Words.emailWaitingHeading,
            button: withdraw.map { PostButton(Words.emailWithdraw, $0, style: "small") })
    }
}
