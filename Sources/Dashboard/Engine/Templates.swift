import Mustache

/// Every template, parsed once. A text that cannot be used is found when the server starts, not when somebody opens the page.
///
/// A file `page-x.mustache` holds the inside of a page only: it is put into the shell here, with its model as the innermost context.
/// Files `part-x.mustache`, `icon-x.mustache` and `shell.mustache` are partials. Indentation in the files is for readers and is dropped.
struct Templates: Sendable {
    private let library: MustacheLibrary

    init(texts: [String: String] = EmbeddedTexts.files) throws(TemplateFault) {
        MustacheContentTypes.register(SafeHTML(), named: SafeHTML.name)
        var parsed: [String: MustacheTemplate] = [:]
        for (file, text) in texts where file.hasSuffix(Self.suffix) {
            let name = String(file.dropLast(Self.suffix.count))
            parsed[name] = try Self.parse(text, named: name)
        }
        for (file, text) in texts where file.hasSuffix(Self.suffix) {
            for partial in Self.partials(in: text) where parsed[partial] == nil {
                throw .unknownPartial(partial, in: file)
            }
        }
        library = MustacheLibrary(templates: parsed)
    }

    /// - Returns: The text, or nil when there is no template of that name.
    func render(_ context: some Any, with name: String) -> String? {
        library.render(context, withTemplate: name)
    }

    private static let suffix = ".mustache"

    private static func parse(_ text: String, named name: String) throws(TemplateFault) -> MustacheTemplate {
        if text.contains("{{{") || text.contains("{{&") { throw .unescaped(in: name) }
        let flat = flattened(text)
        let whole = name.hasPrefix("page-") ? "{{<shell}}\n{{$main}}\n{{#page}}\n\(flat)\n{{/page}}\n{{/main}}\n{{/shell}}\n" : flat
        do {
            return try MustacheTemplate(string: SafeHTML.pragma + whole)
        } catch {
            throw .malformed(name)
        }
    }

    /// Without the white space at the start of lines.
    private static func flattened(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: true)
            .map { String($0.drop { $0 == " " || $0 == "\t" }) }
            .joined(separator: "\n")
    }

    /// The names after `{{>`. Names that come from the model (`{{>*icon}}`) are checked where they are made.
    static func partials(in text: String) -> [String] {
        var names: [String] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "{{>") {
            rest = rest[start.upperBound...]
            let name = rest.prefix { $0 != "}" }.filter { $0 != " " }
            if !name.hasPrefix("*") { names.append(String(name)) }
        }
        return names
    }
}

/// What makes a template unusable: a fault of the build, never of a request.
enum TemplateFault: Error, Hashable {
    case malformed(String)
    /// A tag that would print without escaping.
    case unescaped(in: String)
    case unknownPartial(String, in: String)
}
