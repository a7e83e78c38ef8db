import Catalogue
import Domain
import Testing

struct `The catalogue that ships` {
    let catalogue: CompiledCatalogue

    init() throws { catalogue = CompiledCatalogue(try RoleCatalogue.shipped()) }

    /// A method and a path below `/api/accounts/920012/`, or a whole path, for each promise of each role.
    static let opened: [String: [String]] = [
        "billing-reports": ["POST billingreports", "GET billingreports/1/file", "GET bdrs/1"],
        "campaign-management": ["POST campaignManagement/10dlc", "GET campaignManagement/10dlc/campaigns/1"],
        "configuration": ["POST sites", "PUT sites/1", "POST sites/1/sippeers", "GET sites/1/sippeers/2/tns/3", "GET products/a", "PUT hosts/1"],
        "disconnect": ["POST disconnects", "GET disconnects/1/notes", "GET discnumbers"],
        "e911-management": [
            "POST e911s", "POST geocodeRequest", "GET aeuis/1", "PUT addresses/1", "GET emergencyNotificationRecipients/1",
            "POST emergencyNotificationGroupOrders",
        ],
        "external-tns": ["GET externalTns", "POST importTnOrders", "POST importTnChecker", "DELETE removeImportedTnOrders/1"],
        "http-application-management": ["POST applications", "DELETE applications/1"],
        "http-voice": ["POST calls", "POST calls/c-1", "GET conferences/1", "DELETE recordings/1"],
        "line-features": ["POST tnoptions", "GET lidbs/1", "PUT dldas/1"],
        "messaging": ["POST messages", "PUT media/picture", "POST /api/v2/users/920012/messages", "GET /api/v2/users/920012/messages/1"],
        "messaging-insights": ["GET insights/messaging", "GET insights/messaging/a"],
        "numbers-insights": ["GET insights/numbers/a"],
        "voice-insights": ["GET insights/voice/calls/1"],
        "ordering": ["GET availableNumbers", "GET availableNpaNxx", "POST orders", "GET orders/1/notes", "POST tnreservation", "GET moveTns/1"],
        "porting": ["POST portins", "GET portouts/1", "PUT bulkPortins/1", "POST lnpchecker", "POST lsrorders", "GET csrs/1"],
        "reporting": ["GET reports/1", "POST subscriptions", "GET inserviceNumbers"],
        "sip-credentials": ["POST sipcredentials", "PUT realms/1"],
        "tn-lookup": ["POST tnlookup", "GET phoneNumberLookup/1"],
    ]

    func answer(_ call: String) throws -> RouteMatch {
        let parts = call.split(separator: " ")
        let method = try #require(Method(parsing: String(parts[0])))
        let target = parts[1].hasPrefix("/") ? String(parts[1]) : "/api/accounts/920012/" + parts[1]
        return catalogue.match(method, try CanonicalPath(parsing: target))
    }

    @Test func `is read without a fault and without a warning`() throws {
        #expect(try RoleCatalogue.shipped().warnings == [])
        #expect(try RoleCatalogue(yaml: RoleCatalogue.shippedText) == RoleCatalogue.shipped())
        #expect(catalogue.realm == "Latchkey")
    }

    @Test func `has the roles that the product names, in order`() {
        #expect(
            catalogue.roles.map(\.name) == [
                "Billing Reports", "Campaign Management", "Configuration", "Disconnect", "E911 Management", "External TNs",
                "HTTP Application Management", "HTTP Voice", "Line Features", "Messaging", "Messaging Insights", "Numbers Insights",
                "Voice Insights", "Ordering", "Porting", "Reporting", "SIP Credentials", "TN Lookup",
            ])
        #expect(
            catalogue.roles.filter(\.byContract).map(\.name) == [
                "Campaign Management", "E911 Management", "External TNs", "HTTP Application Management", "TN Lookup",
            ])
        #expect(catalogue.areas == ["Billing", "Messaging", "Account", "Numbers", "Emergency", "Voice", "Insights"])
        #expect(Set(catalogue.roles.map(\.description)).count == catalogue.roles.count)
        #expect(Set(Self.opened.keys) == Set(catalogue.roles.map(\.id.rawValue)))
    }

    @Test(arguments: opened.sorted { $0.key < $1.key })
    func `a role opens its paths, and no other role does`(role: String, calls: [String]) throws {
        let id = try #require(RoleID(parsing: role))
        for call in calls {
            guard case .rule(let rule) = try answer(call) else {
                Issue.record("\(call) is open to nobody")
                continue
            }
            #expect(rule.roles == catalogue.roleSet([id]), "\(call)")
            #expect(rule.account?.rawValue == 920012)
            #expect(!rule.isOpen, "\(call)")
        }
    }

    @Test(arguments: [
        "orders", "orders/1", "sites/1/sippeers", "products/edgemanagement/settings", "subscriptions",
    ])
    func `five routes need no role, to read`(path: String) throws {
        for method in ["GET", "HEAD"] {
            guard case .rule(let rule) = try answer("\(method) \(path)") else {
                Issue.record("\(method) \(path) is open to nobody")
                continue
            }
            #expect(rule.isOpen)
        }
        guard case .rule(let rule) = try answer("POST \(path)") else { return }
        #expect(!rule.isOpen)
    }

    @Test func `a user without roles may call the five routes and nothing else`() {
        #expect(catalogue.reachable(by: RoleSet()).map(\.rule) == catalogue.catalogue.routes)
        #expect(catalogue.catalogue.routes.count == 5)
    }

    @Test(arguments: [
        "GET sites/1/sippeers/2/tns", "PUT sites/1/sippeers/2/tns", "GET sites/1/sippeers/2/TNS", "GET sites/1/sippeers/2/%74ns",
        "POST insights/voice",
        "GET insights", "GET insights/billing", "POST availableNumbers", "GET /api/accounts/920012", "GET users", "GET /api/v2/users/920012",
        "GET /api/v2/users/920012/media", "GET /api/v1/accounts/920012/orders", "GET campaignManagement", "POST geocodeRequest/1",
        "GET /", "GET /public",
        "GET Orders", "GET ordersx",
    ])
    func `everything else is closed to all`(call: String) throws {
        #expect(try answer(call) == .noRule)
    }

    @Test func `roles show VIEW and UPDATE`() throws {
        for role in catalogue.roles {
            let permissions = catalogue.permissions(of: role.id)
            #expect(permissions.view)
            #expect(permissions.update == (role.area != "Insights"))
        }
        #expect(catalogue.permissions(of: try #require(RoleID(parsing: "gone"))) == (false, false))
    }

    @Test func `what a holder may call names the role and its exceptions`() throws {
        let held = catalogue.roleSet([try #require(RoleID(parsing: "configuration"))])
        let rules = catalogue.reachable(by: held).filter { $0.role != nil }
        #expect(rules.map(\.rule.template.text).map { $0.split(separator: "/")[3] } == ["sites", "products", "hosts"])
        #expect(rules.map(\.exceptions.count) == [1, 0, 0])
    }

    @Test func `an explanation names every rule that speaks of the path`() throws {
        let explanation = catalogue.explain(.post, try CanonicalPath(parsing: "/api/accounts/920012/orders"))
        #expect(explanation.entries.map(\.effect) == [.otherMethod, .allows])
        #expect(explanation.entries.map(\.role?.rawValue) == [nil, "ordering"])
        #expect(explanation.methods == Method.common)
    }
}
