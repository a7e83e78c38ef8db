import Catalogue
import Domain
import Gate
import GateHTTP
import HTTPSupport
import Logging
import NIOCore
import NIOEmbedded
import Operations
import Secrets
import TestKit

/// The steps of a warm answer, each alone and then together.
struct WarmAnswer {
    static let target = "/api/accounts/920012/availableNumbers?areaCode=919"

    private let workshop: Workshop
    private let header: [UInt8]
    private let path: CanonicalPath
    private let principal: Principal
    private let catalogue: CompiledCatalogue

    enum Fault: Error { case notWarm }

    init() async throws {
        workshop = try await Workshop.open()
        header = Workshop.basic(workshop.people.robot, UserFixture.password)
        path = try CanonicalPath(parsing: Self.target)
        catalogue = CompiledCatalogue(try RoleCatalogue.shipped())
        _ = try await workshop.call(workshop.people.robot)
        guard let known = workshop.memory.principal(workshop.memory.key(header), now: workshop.now) else { throw Fault.notWarm }
        principal = known
    }

    func costs() throws -> [Cost] {
        let (header, now, target) = (header, workshop.now, Array(Self.target.utf8))
        let (memory, judge, key) = (workshop.memory, workshop.judge, workshop.memory.key(header))
        var seen = 0
        return [
            try Cost.of("header parsing") { seen &+= try BasicCredentials(parsing: header).username.utf8.count },
            try Cost.of("path parsing") { seen &+= try CanonicalPath(parsing: target) == path ? 1 : 0 },
            Cost.of("digest of a header") { seen &+= memory.key(header.span).hashValue },
            Cost.of("memory hit") { seen &+= memory.principal(key, now: now) == nil ? 0 : 1 },
            Cost.of("decision") { if case .pass = Gate.decide(principal, .get, path, catalogue) { seen &+= 1 } },
            try Cost.of("warm pass, whole") {
                let passport = judge.passWarm(header.span, .get, path, address: "203.0.113.7", now: now, door: .nginx)
                guard passport != nil else { throw Fault.notWarm }
            },
            try lane(),
            try OverSockets.cost(responder, question),
        ]
    }

    private var responder: ForwardAuthLane {
        let silent = Logger(label: "counts") { _ in SwiftLogNoOpLogHandler() }
        return ForwardAuthLane(
            workshop.judge, catalogue: workshop.instruments.catalogue, clock: workshop.clock, entropy: workshop.instruments.entropy,
            log: RequestLog(silent))
    }

    private var question: [UInt8] {
        Array("GET /gate/nginx HTTP/1.1\r\nHost: gate\r\nAuthorization: ".utf8) + header
            + Array("\r\nX-Original-Method: GET\r\nX-Original-URI: \(Self.target)\r\nX-Real-IP: 203.0.113.7\r\n\r\n".utf8)
    }

    /// Includes what the embedded channel itself allocates.
    private func lane() throws -> Cost {
        let channel = EmbeddedChannel()
        let peer = IPAddress(parsing: "127.0.0.1")
        guard let handler = LaneAlone.handler(responder, peer: peer, on: channel.eventLoop) else { throw Fault.notWarm }
        try channel.pipeline.syncOperations.addHandler(handler)
        let question = ByteBuffer(bytes: question)
        return try Cost.of("the lane, bytes in to bytes out") {
            try channel.writeInbound(question)
            channel.embeddedEventLoop.run()
            guard let answer = try channel.readOutbound(as: ByteBuffer.self), answer.readableBytes > 100 else { throw Fault.notWarm }
        }
    }
}

/// Who may call a path, with ever more rules.
struct Matching {
    let rules: Int
    let cost: Cost
    /// Nodes of the rules' tree that were looked at.
    let nodes: Int

    init(rules: Int) throws {
        let perRole = 50
        var yaml = "routes: []\nroles:\n"
        for role in 0..<(rules / perRole) {
            yaml += "  - id: r\(role)\n    name: R\(role)\n    area: A\n    description: D\n    allow:\n"
            for rule in 0..<perRole {
                yaml += "      - \"GET /api/accounts/{accountId}/area\(role * perRole + rule)/orders/{orderId}\"\n"
            }
        }
        let catalogue = CompiledCatalogue(try RoleCatalogue(yaml: yaml))
        let path = try CanonicalPath(parsing: "/api/accounts/920012/area7/orders/12345")
        guard case .rule = catalogue.match(.get, path) else { throw WarmAnswer.Fault.notWarm }
        self.rules = rules
        nodes = catalogue.steps(.get, path)
        var seen = 0
        cost = Cost.of("matching, \(rules) rules") { if case .rule = catalogue.match(.get, path) { seen &+= 1 } }
    }
}
