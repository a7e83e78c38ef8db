import HTTPSupport
import Hummingbird

/// Which part of a list is asked for: `?page=2&size=100`.
struct ListPage: Hashable, Sendable {
    static let mostPages = 1_000_000
    static let largest = 1000

    /// From 1.
    let number: Int
    let size: Int

    /// Without a query: the first thousand.
    init(query: String) throws(AccountProblem) {
        let form: Form
        do { form = try Form(query: query) } catch { throw .badRequest("The query could not be read: \(error.sentence)") }
        number = try Self.number("page", form, 1, upTo: Self.mostPages)
        size = try Self.number("size", form, Self.largest, upTo: Self.largest)
    }

    /// How many elements come before.
    var offset: Int { (number - 1) * size }

    /// RFC 8288, relative to the request.
    func nextLink(path: String) -> String { "<\(path)?page=\(number + 1)&size=\(size)>; rel=\"next\"" }

    private static func number(_ name: String, _ form: Form, _ usual: Int, upTo most: Int) throws(AccountProblem) -> Int {
        let written: String?
        do { written = try form.one(name) } catch { throw .badRequest("The query has more than one \(name).") }
        guard let written else { return usual }
        guard written.utf8.count <= 7, written.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(written), (1...most).contains(number)
        else { throw .badRequest("The query's \(name) must be a number from 1 to \(most).") }
        return number
    }
}
