public import Domain
public import Ports

/// Puts letters into words: a plain text that can be read alone, and the same in HTML.
public struct LetterWriter: LetterRenderer {
    let words: LetterWords
    let supportContact: String

    /// - Parameters:
    ///   - publicURL: what every link begins with, `https://id.example.com`.
    ///   - supportContact: whom a reader can ask, as text; empty for nobody.
    public init(publicURL: String, supportContact: String) {
        words = LetterWords(links: LetterLinks(publicURL: publicURL))
        self.supportContact = OneLine.of(supportContact)
    }

    /// The public address's host: whom a letter says it comes from, and the right half of its `Message-ID`.
    public var host: String { words.links.host }

    public func render(_ letter: Letter, to: EmailAddress, id: Identifier<OutboxLetter>) -> RenderedLetter {
        let text = words.text(of: letter).onOneLineEach
        let footer = footer(of: text, to: to, id: id)
        return RenderedLetter(
            subject: text.subject, text: PlainLetter.write(text, footer: footer), html: HTMLLetter.write(text, footer: footer))
    }

    /// Why you get this, what we never do, who sent it. A letter with a password does not say where that password works.
    private func footer(of text: LetterText, to: EmailAddress, id: Identifier<OutboxLetter>) -> [String] {
        var asking = "We never ask for your password by email or phone."
        if text.namesTheHost, !supportContact.isEmpty { asking += " Questions? Ask \(supportContact)." }
        let sender = text.namesTheHost ? "Sent by \(host) to \(to.text)." : "Sent to \(to.text)."
        return [text.reason, asking, "\(sender) Letter \(id)."]
    }
}
