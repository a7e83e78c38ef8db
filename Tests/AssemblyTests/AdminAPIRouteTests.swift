import Catalogue
import Testing

@testable import AdminAPI

@Suite struct `The addresses of the admin API` {
    @Test func `a user's password rotation is one of them`() throws {
        #expect(AdminRoute(try CanonicalPath(parsing: "/api/v1/users/robot-7/password-rotation")) == .rotation("robot-7"))
    }

    @Test(arguments: [
        "/", "/api", "/api/v1", "/api/v1/me", "/api/users/robot-7/password-rotation", "/api/v2/users/robot-7/password-rotation",
        "/api/v1/users/robot-7/password", "/API/v1/users/robot-7/password-rotation", "/api/v1/users/robot-7/password-rotation/more/still",
    ])
    func `a path that is none of them is left to others`(path: String) throws {
        #expect(AdminRoute(try CanonicalPath(parsing: path)) == nil)
    }
}
