import Catalogue
import Domain
import Operations
import Testing

@testable import AdminAPI

@Suite struct `The addresses of the admin API` {
    @Test func `a user's password rotation is one of them`() throws {
        #expect(AdminRoute(try CanonicalPath(parsing: "/api/v1/users/robot-7/password-rotation")) == .rotation("robot-7"))
    }

    @Test func `refused calls are one of them, and a filter that is not understood is refused`() throws {
        #expect(AdminRoute(try CanonicalPath(parsing: "/api/v1/refused-calls")) == .refusedCalls)
        let request = try RefusedCallActs.request("user=robot-7&reason=role-missing&account=920012&limit=7&to=2026-11-24")
        #expect(request.username == "robot-7" && request.limit == 7 && request.until == CivilDate.start(of: "2026-11-25"))
        for query in ["reason=because", "account=01", "limit=0", "limit=201", "from=now", "cursor=rc_", "cursor=77", "user=a&user=b"] {
            #expect(throws: AdminProblem.self) { _ = try RefusedCallActs.request(query) }
        }
    }

    @Test(arguments: [Int64(1), 31, 32, 123_456, .max])
    func `a cursor leads back to where it came from`(number: Int64) {
        #expect(RefusedCallCursor.number(RefusedCallCursor.text(number)) == number)
    }

    @Test(arguments: [
        "/", "/api", "/api/v1", "/api/v1/me", "/api/users/robot-7/password-rotation", "/api/v2/users/robot-7/password-rotation",
        "/api/v1/users/robot-7/password", "/API/v1/users/robot-7/password-rotation", "/api/v1/users/robot-7/password-rotation/more/still",
    ])
    func `a path that is none of them is left to others`(path: String) throws {
        #expect(AdminRoute(try CanonicalPath(parsing: path)) == nil)
    }
}
