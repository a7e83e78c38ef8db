import Domain

/// The one layout of every letter: a column of 560 px, light and dark, no images, nothing loaded from anywhere.
enum HTMLLetter {
    private static let sans = "-apple-system,'Segoe UI',Roboto,Arial,sans-serif"
    private static let mono = "ui-monospace,Menlo,Consolas,monospace"
    private static let table = #"<table role="presentation" cellpadding="0" cellspacing="0" border="0""#

    static func write(_ letter: LetterText, from sender: String, footer: [String]) -> String {
        var card = [#"<h1 class="tx" style="margin:0 0 12px;font:600 22px/28px \#(sans);color:#17202b">\#(HTMLText.escaped(letter.heading))</h1>"#]
        card += letter.paragraphs.map(paragraph)
        if !letter.facts.isEmpty { card.append(box(letter.facts.map { HTMLText.escaped(PlainLetter.line($0)) }.joined(separator: "<br>"))) }
        if let secret = letter.secret { card.append(secretBox(secret)) }
        card += letter.afterSecret.map(paragraph)
        if let button = letter.button { card += [self.button(button), address(button)] }
        return page(letter, from: sender, card: card.joined(separator: "\n"), footer: footer.map(HTMLText.escaped).joined(separator: "<br>"))
    }

    private static func page(_ letter: LetterText, from sender: String, card: String, footer: String) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
        <title>\(HTMLText.escaped(letter.subject))</title>
        <style>\(narrow)
        \(darkMode)</style></head>
        <body class="bg" style="margin:0;padding:0;background:#f6f7f9">
        <div style="display:none;max-height:0;overflow:hidden">\(HTMLText.escaped(letter.preheader))</div>
        \(table) width="100%"><tr><td align="center" style="padding:24px 12px">
        \(table) width="560" style="width:100%;max-width:560px">
        <tr><td class="tx" style="overflow-wrap:anywhere;padding:0 4px 12px;font:600 16px/24px \(sans);color:#17202b">\(HTMLText.escaped(sender))</td></tr>
        <tr><td class="card" style="overflow-wrap:anywhere;background:#ffffff;border:1px solid #d5dbe3;border-radius:10px;padding:28px">
        \(card)
        </td></tr>
        <tr><td class="mu" style="overflow-wrap:anywhere;padding:14px 4px;font:400 13px/20px \(sans);color:#465263">\(footer)</td></tr>
        </table></td></tr></table></body></html>

        """
    }

    /// So that the longest button stays one line at 320 px.
    private static let narrow = "@media (max-width:400px){.card{padding:24px 16px!important}}"

    private static let darkMode =
        "@media (prefers-color-scheme: dark){.bg{background:#0d1117!important}"
        + ".card{background:#151b23!important;border-color:#303a47!important}.tx{color:#e9edf3!important}.mu{color:#b6c0cd!important}"
        + ".btn{background:#4263dd!important}.ln{color:#93abff!important}.fact{background:#1f2731!important}}"

    private static func paragraph(_ text: String) -> String {
        #"<p class="tx" style="margin:0 0 16px;font:400 16px/24px \#(sans);color:#17202b">\#(HTMLText.escaped(text))</p>"#
    }

    private static func box(_ lines: String) -> String {
        let look = "background:#eef1f5;border-radius:6px;padding:12px 16px;font:400 15px/22px \(mono);color:#17202b;word-break:break-word"
        return #"\#(table) width="100%" style="margin:0 0 20px"><tr><td class="fact tx" style="\#(look)">\#(lines)</td></tr></table>"#
    }

    /// Spaces in a password are kept, and it may break anywhere: it is copied whole.
    private static func secretBox(_ secret: String) -> String {
        let look =
            "background:#eef1f5;border-radius:6px;padding:14px 16px;font:600 17px/26px \(mono);color:#17202b;"
            + "white-space:pre-wrap;word-break:break-all"
        return #"\#(table) width="100%" style="margin:0 0 20px"><tr><td class="fact tx" style="\#(look)">"#
            + HTMLText.escaped(secret) + "</td></tr></table>"
    }

    private static func button(_ button: LetterText.Button) -> String {
        let look = "display:inline-block;padding:12px 18px;text-align:center;font:600 16px/24px \(sans);color:#ffffff;text-decoration:none"
        return #"\#(table)><tr><td class="btn" style="background:#2c4fc9;border-radius:6px">"#
            + #"<a href="\#(HTMLText.escaped(button.link))" style="\#(look)">\#(HTMLText.escaped(button.label))</a></td></tr></table>"#
    }

    /// The same address as text, for readers whose program shows no buttons.
    private static func address(_ button: LetterText.Button) -> String {
        let note = button.note.map { HTMLText.escaped($0) + " " } ?? ""
        return #"<p class="mu" style="margin:20px 0 0;font:400 14px/21px \#(sans);color:#465263">\#(note)"#
            + "If the button does nothing, paste this address into your browser:<br>"
            + #"<span class="ln" style="color:#2c4fc9;word-break:break-all">\#(HTMLText.escaped(button.link))</span></p>"#
    }
}
