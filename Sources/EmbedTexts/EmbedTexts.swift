import Foundation

/// Turns a folder of texts into one Swift file of string literals: `EmbedTexts TYPE OUTPUT FILE…`.
@main
enum EmbedTexts {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 2 else { throw EmbedFault.usage }
        var source = "enum \(arguments[1]) {\n    static let files: [String: String] = [\n"
        for path in arguments[3...].sorted() {
            let name = URL(fileURLWithPath: path).lastPathComponent
            let text = try String(contentsOfFile: path, encoding: .utf8)
            source += "        \"\(name)\": ####\"\"\"\n\(text)\n\"\"\"####,\n"
        }
        if arguments.count == 3 { source += ":\n" }
        source += "    ]\n}\n"
        try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
    }
}

enum EmbedFault: Error { case usage }
