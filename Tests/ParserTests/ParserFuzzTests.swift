import Catalogue
import Foundation
import Gate
import HTTPTypes
import Secrets
import Testing

@testable import HTTPSupport

/// What is true of every input, whoever sends it: nothing traps, and what is accepted is what it seems.
@Suite(.serialized) struct `Parsers, whatever they are given` {
    @Test func `T11 an Authorization field is taken only if it encodes back to the same bytes`() throws {
        try Replay(target: "authorization", words: ["Basic ", "basic  ", "=", "==", "dTpw", ":", "Og==", "////", "++++"]).run { input in
            do {
                let basic = try BasicCredentials(parsing: input)
                let pair = Array(basic.username.utf8) + [UInt8(ascii: ":")] + Array(basic.password.reveal().utf8)
                let token = input.dropFirst(5).drop { byte in byte == 0x20 }
                if Array(Data(pair).base64EncodedString().utf8) != Array(token) { return "another encoding was taken" }
                if basic.username.contains(":") { return "a colon in the username" }
                return pair.contains { byte in byte < 0x20 || byte == 0x7F } ? "a control character was taken" : nil
            } catch { return nil }
        }
    }

    @Test func `T11 a path is stable, and has no empty and no dot segments`() throws {
        try Replay(target: "path", words: ["/", "//", "/..", "/.", "%2e", "%2F", "%41", "%c3%a9", "?", "#", ";", "\\", "%", "{accountId}"]).run {
            input in
            let plain = CanonicalPath(plain: input.span)
            guard let path = try? CanonicalPath(parsing: input) else { return plain == nil ? nil : "at one look it was taken" }  // refused
            if let plain, plain != path { return "at one look it is another path" }
            if path.segments.contains(where: { segment in segment.isEmpty || segment == "." || segment == ".." || segment.contains("/") }) {
                return "a segment that servers read differently"
            }
            guard let again = try? CanonicalPath(parsing: path.text) else { return "its own text is refused" }  // that is the fault
            return again == path && again.text == path.text ? nil : "its text means another path"
        }
    }

    @Test func `T11 a method is a token in capitals and never CONNECT or TRACE`() throws {
        try Replay(target: "method", words: ["GET", "CONNECT", "TRACE", "get", " ", "-"]).run { input in
            let text = String(decoding: input, as: UTF8.self)
            guard let method = Method(parsing: text) else { return nil }
            if method.rawValue != text || text.utf8.count > 32 { return "not what was written" }
            return text == "CONNECT" || text == "TRACE" || text != text.uppercased() || text.contains(" ") ? "it should have been refused" : nil
        }
    }

    @Test func `T11 JSON that is read is written and read back as the same`() throws {
        try Replay(
            target: "json", words: ["{", "}", "[", "]", "\"", ":", ",", "\\u0000", "\\ud800", "1e308", "-0", "null", "true", "9223372036854775808"]
        )
        .run { input in
            guard let value = try? JSON(parsing: input) else { return nil }  // refused: nothing to say of it
            let text = value.text
            guard text.utf8.count <= BodyLimits.bytes else { return nil }
            guard let again = try? JSON(parsing: Array(text.utf8)) else { return "its own text is refused" }  // that is the fault
            return again == value ? nil : "its text means something else"
        }
    }

    @Test func `T11 XML that is read is written and read back as the same`() throws {
        try Replay(
            target: "xml",
            words: [
                "<", ">", "</", "/>", "<a>", "</a>", "&lt;", "&#0;", "<!DOCTYPE a>", "<![CDATA[", "]]>", "<?xml ?>", "<!--", "-->", "<?a?>",
                " b=\"\"", " xmlns=\"\"", " xmlns:a=\"\"", "a:", "&lt", "]]",
            ]
        )
        .run { input in
            guard let tree = try? XMLDocumentReader.root(of: input), let text = try? tree.document(), text.utf8.count <= BodyLimits.bytes
            else { return nil }  // refused, or not to be written: nothing to say of it
            guard let again = try? XMLDocumentReader.root(of: Array(text.utf8)) else { return "its own text is refused" }  // that is the fault
            return again == tree ? nil : "its text means something else"
        }
    }

    @Test func `T11 a form has no more fields than allowed and no NUL`() throws {
        try Replay(target: "form", words: ["&", "=", "%", "%00", "%C3%A9", "+", "a=b&"]).run { input in
            guard let form = try? Form(urlEncoded: input) else { return nil }  // refused: nothing to say of it
            if form.fields.count > BodyLimits.fields { return "too many fields" }
            return form.fields.contains { field in field.name.contains("\0") || field.value.contains("\0") } ? "a NUL was let through" : nil
        }
    }

    @Test func `T11 an address is read back from its own text, and a host too`() throws {
        try Replay(target: "address", words: [":", "::", ".", "/", "255", "ffff:", "[", "]", "%eth0", "::ffff:1.2.3.4", ":65536", "0"]).run { input in
            let text = String(decoding: input, as: UTF8.self)
            if let address = IPAddress(parsing: text), IPAddress(parsing: address.description) != address { return "an address changes" }
            if let range = AddressRange(parsing: text) {
                if range.prefixLength == 0 { return "a range trusts everybody" }
                if AddressRange(parsing: range.description) != range || !range.contains(range.base) { return "a range changes" }
            }
            if let host = RequestHost(parsing: text), RequestHost(parsing: host.description) != host { return "a host changes" }
            return nil
        }
    }

    @Test func `T11 a forwarding header of a stranger is ignored, and an unreadable one names no new client`() throws {
        let peer = try #require(IPAddress(parsing: "127.0.0.1"))
        let stranger = try #require(IPAddress(parsing: "203.0.113.7"))
        let policy = DoorPolicy(transport: .tls, trustedProxies: [try #require(AddressRange(parsing: "127.0.0.0/8"))])
        try Replay(target: "forwarded-for", words: [",", " ", "127.0.0.1", "::1", "198.51.100.1", "garbage", "\"", "[::1]:80"]).run { input in
            guard let value = String(validating: input, as: UTF8.self) else { return nil }
            var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
            head.headerFields.append(HTTPField(name: .forwardedFor, value: value))
            if Origin(of: head, peer: stranger, policy: policy).client != stranger { return "a stranger chose their address" }
            // Header fields replace what they cannot hold.
            let kept = head.headerFields[.forwardedFor] ?? ""
            let hops = kept.split(separator: ",").map { hop in IPAddress(parsing: hop.drop { $0 == " " }.prefix { $0 != " " }) }
            let client = Origin(of: head, peer: peer, policy: policy).client
            return client == peer || hops.contains(client) ? nil : "a client that nobody named"
        }
    }

    @Test func `T11 a catalogue is read or refused, and one that is read says the same of each of its rules`() throws {
        let words = [
            "- ", "  ", "\n", ": ", "GET /", "{accountId}", "/**", "*", "&a", "*a", "<<: ", "\"", "'", "|", "roles:", "allow:", "except:", "ANY ",
            "[", "{",
        ]
        try Replay(target: "catalogue", words: words).run(mutations: 700) { input in
            guard let catalogue = try? RoleCatalogue(yaml: String(decoding: input, as: UTF8.self)) else { return nil }  // refused
            let compiled = CompiledCatalogue(catalogue)
            for rule in catalogue.routes {
                let sample = rule.template.text.replacing("{accountId}", with: "7").replacing("/**", with: "")
                guard let path = try? CanonicalPath(parsing: sample) else { continue }  // stars and names make it no path
                if rule.template.matches(path), compiled.match(.get, path) == .noRule, rule.methods.includes(.get),
                    !compiled.explain(.get, path).accountsDisagree
                {
                    return "an open route is closed: \(rule)"
                }
            }
            return nil
        }
    }

    @Test func `T11 an OpenAPI document gives a catalogue without faults or none at all`() throws {
        let words = [
            "{", "}", "[", "]", "\"", ",", ":", "\"get\":{}", "{accountId}", "/", "..", "*", "&a", "%", "\\u0000", "\"tags\":[\"\"]",
            "\"$ref\":\"#/\"", "é", "\n  ",
        ]
        try Replay(target: "openapi", words: words).run(mutations: 700) { input in
            do {
                _ = try OpenAPIConversion(input)
                return nil
            } catch OpenAPIFault.syntax(let problem, _) where problem.hasPrefix("the catalogue that was made has faults") {
                return problem
            } catch { return nil }
        }
    }
}
