/// Texts of the pages for what did not work (5.4: 400 to 503).
extension Words {
    static let failurePages: [String: String] = [
        "failureReopen": "Open it again with my answers",
        "failurePasswordNote": "Passwords are not kept. You will be asked for them again.",
        "failureNumber": "Request number",
    ]

    static let incomplete = Sentences("That request was not complete", "Go back and send the form again.")  // 400
    static let foreignForm = Sentences("This form did not come from Latchkey", "Nothing was saved. Open the page here and send it again.")  // 403
    static let tooOld = Sentences("This form is too old", "Nothing was saved.")  // 403 form
    static let sessionEnded = Sentences(
        "Your session has ended", "Nothing was saved yet. Sign in, and your answers come back; only passwords have to be typed again.")
    static let answersKept = Sentences("Your answers are still here", "Look them over, and save.")
    static let nothingHere = Sentences("There is nothing at this address", "It may have been removed.")  // 404
    static let otherMethod = Sentences("This address does not take such a request", "Open it by a link, or send the form that leads to it.")  // 405
    static let notLetIn = "Latchkey did not take this request"  // 400, 405, 414, 421, 431, 501
    static let tooLarge = Sentences("That was too much at once", "The limit is 64 kilobytes. Nothing was saved.")  // 413
    static let tooManyRequests = Sentences("Too many requests", "Wait a minute, then try again.")  // 429
    static let unavailable = Sentences(
        "Latchkey cannot answer now", "Nothing was saved. A page that you opened tries again by itself every 10 seconds; a form has to be sent again."
    )  // 503

    /// 500
    static func ourFault(_ requestID: String, support: String = "") -> Sentences {
        let whom = support.isEmpty ? "your support" : support
        return Sentences("This did not work, and it is our fault", "Nothing was saved. Give this number to \(whom): \(requestID).")
    }

    static let signInAgain = "Sign in"
    static let newLink = "Email me a new link"
}
