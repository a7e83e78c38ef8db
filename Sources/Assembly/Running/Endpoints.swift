/// Where the three listeners will bind, with real port numbers. Chosen ports are held until this goes.
struct Endpoints: Sendable {
    let dashboard: Configuration.Endpoint
    let proxy: Configuration.Endpoint
    let gate: Configuration.Endpoint
    private let reservations: [PortReservation]

    init(_ configuration: Configuration) throws(StartFault) {
        var reservations: [PortReservation] = []
        func settle(_ endpoint: Configuration.Endpoint) throws(StartFault) -> Configuration.Endpoint {
            guard endpoint.port == 0 else { return endpoint }
            let reservation = try PortReservation(host: endpoint.host)
            reservations.append(reservation)
            return Configuration.Endpoint(host: endpoint.host, port: reservation.port)
        }
        dashboard = try settle(configuration.dashboard)
        proxy = try settle(configuration.proxy)
        gate = try settle(configuration.gate)
        self.reservations = reservations
    }
}
