public import Domain
public import Ports

/// Puts letters into words: a plain text that can be read alone, and the same in HTML.
public struct LetterWriter: LetterRenderer {
    private let links: LetterLinks
    private let settings: @Sendable () -> Settings

    /// - Parameters:
    ///   - publicURL: what every link begins with, `https://id.example.com`.
    ///   - supportContact: whom a reader can ask, as text; empty for nobody.
    public init(publicURL: String, supportContact: String) {
        var settings = Settings.initial
        settings.supportContact = supportContact
        let fixed = settings
        self.init(publicURL: publicURL) { fixed }
    }

    /// - Parameter settings: as they were last read: for letters that are shown and not sent.
    public init(publicURL: String, settings: @escaping @Sendable () -> Settings) {
        links = LetterLinks(publicURL: publicURL)
        self.settings = settings
    }

    /// The public address's host: whom a letter says it comes from, and the right half of its `Message-ID`.
    public var host: String { links.host }

    public func render(_ letter: Letter, to: EmailAddress, id: Identifier<OutboxLetter>, writtenAt: Instant) -> RenderedLetter {
        render(letter, to: to, id: id, writtenAt: writtenAt, settings: settings())
    }

    /// - Parameter settings: the installation's name, whom a reader can ask, and how long links work.
    func render(_ letter: Letter, to: EmailAddress, id: Identifier<OutboxLetter>, writtenAt: Instant, settings: Settings) -> RenderedLetter {
        let text = LetterWords(links: links, settings: settings).text(of: letter).onOneLineEach
        let footer = footer(of: text, to: to, id: id, writtenAt: writtenAt, supportContact: OneLine.of(settings.supportContact))
        return RenderedLetter(
            subject: text.subject, text: PlainLetter.write(text, footer: footer),
            html: HTMLLetter.write(text, from: OneLine.of(settings.name), footer: footer))
    }

    /// Why you get this, what we never do, who sent it. A letter with a password does not say where that password works.
    private func footer(
        of text: LetterText, to: EmailAddress, id: Identifier<OutboxLetter>, writtenAt: Instant, supportContact: String
    ) -> [String] {
        var asking = "We never ask for your password by email or phone."
        if text.namesTheHost, !supportContact.isEmpty { asking += " Questions? Ask \(supportContact)." }
        let sender = text.namesTheHost ? "Sent by \(host) to \(to.text)." : "Sent to \(to.text)."
        return [text.reason, asking, sender, "Letter \(id), \(writtenAt.iso8601)."]
    }
}
