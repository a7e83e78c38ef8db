public import GateHTTP
public import HTTPSupport
public import Secrets
public import Store

/// Why Latchkey did not start. Each says itself in sentences an operator can act on.
public enum StartFault: Error, Sendable, CustomStringConvertible {
    case configuration(ConfigurationFaults)
    case dataDirectory(path: String, reason: String)
    /// The command works on an installation, and there is none.
    case noInstallation(path: String)
    case key(KeyFault)
    case store(StoreFault)
    case certificate(path: String, reason: String)
    case tls(certificate: String, TLSFault)
    case upstream(url: String, UpstreamFault)
    case catalogue(path: String, faults: String)
    case port(host: String, port: Int, reason: String)
    case demo(reason: String)
    /// A part of this program that cannot be used: a template, say.
    case broken(part: String)

    public var description: String {
        switch self {
        case .configuration(let faults): faults.description
        case .dataDirectory(let path, let reason):
            "The data directory \(path) cannot be used: \(reason). Name another with --data, or give it to the user that runs Latchkey."
        case .noInstallation(let path):
            "There is no installation in \(path). Start one with `latchkey serve`, or name its directory with --data."
        case .key(let fault): fault.sentence
        case .store(let fault): fault.description
        case .certificate(let path, let reason): "The certificate \(path) cannot be used: \(reason)."
        case .tls(let path, let fault):
            switch fault {
            case .noCertificate: "\(path) holds no certificate."
            case .malformedCertificate: "\(path) is not a PEM certificate."
            case .malformedKey: "The key of \(path) is not an unencrypted PEM private key."
            case .mismatch: "The key does not belong to the certificate \(path)."
            }
        case .upstream(let url, let fault):
            switch fault {
            case .scheme, .malformedHost, .moreThanHost: "The upstream \(url) is not of the form http://host:port or https://host:port."
            case .certificates: "The certificates to trust for the upstream \(url) cannot be read or are none."
            }
        case .catalogue(let path, let faults): "The role catalogue \(path) cannot be used:\n\(faults)"
        case .port(let host, let port, let reason):
            "\(host):\(port) cannot be listened on: \(reason). Choose another port, or 0 for a free one."
        case .demo(let reason): "The demo could not be filled: \(reason)."
        case .broken(let part): "This build of Latchkey is broken: \(part)."
        }
    }
}
