/// What the script says and shows. It reads these from the page, at the live region, so that it has no words of its own.
extension Words {
    static let scriptWords: [String: String] = [
        "hide": "Hide",
        "passwordShown": "Password is visible",
        "passwordHidden": "Password is hidden",
        "copied": "Copied",
        "copiedSaid": "Copied to the clipboard",
        "copyByHand": "Press Ctrl+C",
        "copyByHandSaid": "Selected. Press Control C to copy",
        "downloaded": "Downloaded",
        "sessionStays": "You stay signed in",
        "resultOne": "result",
        "resultMany": "results",
    ]
}
