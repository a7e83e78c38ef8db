public import Catalogue
public import Domain
import Foundation
public import Gate
public import Operations
import Ports
public import Secrets
import Store

/// What people do, in one line each.
extension Workshop {
    /// Fields that are all right, as `adjust` leaves them.
    public func fields(_ username: String, _ adjust: (inout UserFields) -> Void = { _ in }) -> UserFields {
        var fields = UserFields(
            username: username, firstName: "Jane", lastName: "Doering", email: "\(username.lowercased())@example.org", phone: "9195550177",
            level: "basic", access: ["dashboard"], accounts: ["920012"], roles: [])
        adjust(&fields)
        return fields
    }

    /// Ana, or another admin, adds a user.
    @discardableResult
    public func add(
        _ username: String, by admin: String? = nil, password: consuming PasswordChoice = .own, _ adjust: (inout UserFields) -> Void = { _ in }
    ) async throws(Refusal) -> User {
        let draft = try UserDraft(parsing: fields(username, adjust))
        return try await AddUser(instruments)(as: self.admin(admin ?? people.ana), draft, password: password).user
    }

    /// A user that has come all the way: added, verified, with a password of their own.
    @discardableResult
    public func welcome(
        _ username: String, by admin: String? = nil, password: String = UserFixture.password, _ adjust: (inout UserFields) -> Void = { _ in }
    ) async throws -> User {
        let user = try await add(username, by: admin, adjust)
        guard case .choosePassword(let token) = try await verify(user) else { throw Refusal.unavailable }
        return try await choose(token, password)
    }

    /// The user opens the link of the newest mail 1 and types the phone number.
    public func verify(_ user: User, phone: String? = nil) async throws(Refusal) -> Verified {
        let token = try await tokenInNewestLetter(for: user, .verification)
        return try await verify(token, phone: phone ?? user.phone.digits)
    }

    public func verify(_ token: Token, phone: String) async throws(Refusal) -> Verified {
        try await VerifyUser(instruments)(token, phone: phone, circumstances())
    }

    @discardableResult
    public func choose(_ token: Token, _ password: String = UserFixture.password) async throws(Refusal) -> User {
        try await ChoosePassword(instruments)(token, Secret(password), circumstances())
    }

    public func askReset(_ name: String, from address: String = Workshop.office) async throws(Refusal) {
        try await AskReset(instruments)(name, circumstances(from: address))
    }

    /// The operator changes the installation's settings.
    public func settings(_ adjust: (inout Settings) -> Void) async throws(Refusal) {
        var settings = try await InstallationSettings(instruments).read()
        adjust(&settings)
        try await InstallationSettings(instruments).change(as: commandLine, settings)
    }

    /// What the server does now and then.
    public func sweep() async throws(Refusal) {
        let now = now
        try await store.note { (notes) throws(Refusal) in try notes.sweep(now: now) }
    }

    /// Wrong passwords at the sign-in page, as many, each as early as the waits allow.
    public func fail(_ times: Int, at username: String) async throws(Refusal) {
        for _ in 0..<times {
            do { _ = try await signIn(username, "not the password at all") } catch {
                if case .wait(let until) = error {
                    clock.set(until)
                    do { _ = try await signIn(username, "not the password at all") } catch .signIn(.notRecognised) { continue }
                } else if error != .signIn(.notRecognised) {
                    throw error
                }
            }
        }
    }
}

/// Calls at the gate.
extension Workshop {
    /// The value of an `Authorization` field.
    public static func basic(_ username: String, _ password: String) -> [UInt8] {
        Array("Basic \(Data("\(username):\(password)".utf8).base64EncodedString())".utf8)
    }

    public func apiCall(
        _ authorization: [UInt8]?, _ method: Catalogue.Method = .get, _ path: String = "/api/accounts/920012/availableNumbers",
        from address: String = "198.51.100.7", client: String = ""
    ) throws -> APICall {
        APICall(
            method: method, path: try CanonicalPath(parsing: path), authorization: authorization, address: address, now: now,
            requestID: "request-2", door: .proxy, client: client)
    }

    /// What the gate answers: `pass`, or the reason of the refusal.
    public func call(
        _ username: String, _ password: String = UserFixture.password, _ method: Catalogue.Method = .get,
        _ path: String = "/api/accounts/920012/availableNumbers", from address: String = "198.51.100.7"
    ) async throws -> String {
        try await judge.judge(apiCall(Self.basic(username, password), method, path, from: address)).word
    }
}

extension Decision {
    /// `pass`, or the reason of the refusal.
    public var word: String {
        switch self {
        case .pass: "pass"
        case .refuse(let refusal): refusal.reason
        }
    }
}
