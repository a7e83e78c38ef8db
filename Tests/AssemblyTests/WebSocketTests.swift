import HTTPSupport
import Measures
import Testing

@testable import GateHTTP

struct WebSocketTests {
    @Test(arguments: [
        ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),  // RFC 6455, section 1.3
        ("", "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w="),
    ])
    func `the answer to a key is the one that the protocol asks for`(_ key: String, _ accept: String) {
        #expect(WebSocket.accept(key) == accept)
    }

    @Test(arguments: [
        (["websocket"], ["Upgrade"], true), (["WebSocket"], ["keep-alive, UPGRADE"], true), (["websocket"], ["keep-alive", "upgrade"], true),
        (["websocket"], ["keep-alive"], false), (["websocket"], [], false), (["h2c"], ["Upgrade"], false),
        (["websocket, h2c"], ["Upgrade"], false), (["websocket", "websocket"], ["Upgrade"], false), ([], ["Upgrade"], false),
        (["websocket/13"], ["Upgrade"], false), (["websocket"], ["Upgraded"], false),
    ])
    func `one protocol is named, and Connection means it`(_ upgrade: [String], _ connection: [String], _ isNamed: Bool) {
        #expect(WebSocket.isNamed(upgrade: upgrade, connection: connection) == isNamed)
    }

    @Test func `places run out, come back, and are counted over all upstreams`() {
        let figures = [TunnelFigures(limit: 2), TunnelFigures(limit: 0)]
        #expect(figures[0].admit() && figures[0].admit() && !figures[0].admit() && !figures[1].admit())
        figures[0].leave(.idle)
        #expect(figures[0].admit())
        figures[0].leave(nil)
        var exposition = Exposition()
        TunnelFigures.write(figures, to: &exposition)
        #expect(exposition.text.contains("latchkey_tunnels 1\n") && exposition.text.contains("latchkey_tunnels_rejected_total 2\n"))
        #expect(exposition.text.contains("latchkey_tunnels_ended_total{reason=\"idle\"} 1\n"))
    }
}
