import Foundation
import Testing

@testable import Dashboard

/// The colours of the style sheet, and that what is read and what is seen stands out (WCAG 2.2, 1.4.3 and 1.4.11).
@Suite struct TokenTests {
    private static let style = EmbeddedTexts.files["app.css"] ?? ""

    /// name: (light, dark)
    private static let tokens: [String: (String, String)] = style.matches(
        of: /--([a-z0-9-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}))/
    ).reduce(into: [:]) { found, match in
        guard found[String(match.1)] == nil else { return }
        found[String(match.1)] = (String(match.2 ?? match.4 ?? ""), String(match.3 ?? match.4 ?? ""))
    }

    /// Foreground, background, floor: 4.5 for text, 3 for outlines and rings.
    private static let pairs: [(String, String, Double)] = [
        ("text", "bg", 4.5), ("text", "surface", 4.5), ("text", "surface-2", 4.5), ("text-2", "bg", 4.5), ("text-2", "surface", 4.5),
        ("text-2", "surface-2", 4.5), ("text-3", "bg", 4.5), ("text-3", "surface", 4.5), ("text-3", "surface-2", 4.5), ("accent", "bg", 4.5),
        ("accent", "surface", 4.5), ("accent", "surface-2", 4.5), ("on-accent", "accent-fill", 4.5), ("on-accent", "accent-fill-hover", 4.5),
        ("accent-soft-text", "accent-soft", 4.5), ("ok", "surface", 4.5), ("ok", "ok-soft", 4.5), ("warn", "surface", 4.5),
        ("warn", "warn-soft", 4.5),
        ("text", "warn-soft", 4.5), ("bad", "surface", 4.5), ("bad", "bg", 4.5), ("bad", "bad-soft", 4.5), ("text", "bad-soft", 4.5),
        ("on-accent", "bad-fill", 4.5), ("on-accent", "bad-fill-hover", 4.5), ("border-strong", "surface", 3), ("border-strong", "bg", 3),
        ("focus", "surface", 3), ("focus", "bg", 3), ("warn-border", "surface", 3), ("accent-fill", "surface", 3), ("bad-fill", "surface", 3),
        ("text-2", "accent-soft", 4.5), ("text", "accent-soft", 4.5), ("text", "ok-soft", 4.5), ("accent", "accent-soft", 4.5),
        ("accent", "warn-soft", 4.5),
        ("accent", "bad-soft", 4.5), ("accent", "ok-soft", 4.5),
    ]

    private static func luminance(_ colour: String) -> Double {
        let channels = stride(from: 1, to: 7, by: 2).map { start -> Double in
            let digits = colour.dropFirst(start).prefix(2)
            let value = Double(Int(digits, radix: 16) ?? 0) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }

    private static func contrast(_ one: String, _ other: String) -> Double {
        let (a, b) = (luminance(one), luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test func `the contrast is reckoned as WCAG does`() {
        #expect(Self.contrast("#ffffff", "#000000") == 21)
        #expect(abs(Self.contrast("#5b6777", "#eef1f5") - 5.08) < 0.01)
    }

    @Test(arguments: pairs)
    func `what is read stands out in both themes`(front: String, back: String, floor: Double) throws {
        let (foreground, background) = (try #require(Self.tokens[front]), try #require(Self.tokens[back]))
        #expect(Self.contrast(foreground.0, background.0) >= floor, "light")
        #expect(Self.contrast(foreground.1, background.1) >= floor, "dark")
    }

    @Test func `every colour is a token`() {
        let others = EmbeddedTexts.files.filter { $0.key.hasSuffix(".css") && $0.key != "app.css" }.values.joined()
        let rules = Self.style.components(separatedBy: "@layer base {").dropFirst().joined() + others
        #expect(rules.count > 10_000)
        #expect(rules.matches(of: /#(?:[0-9a-f]{3}){1,2}\b/).map { String($0.0) } == [])
    }
}
