import Domain
import HTTPSupport
import NIOSSL

/// The certificate that listeners show: the configured one, or the self-signed one of the data directory. Read whole and found good, or
/// refused.
struct ServedCertificate {
    let context: NIOSSLContext
    let file: String
    /// Unknown of a certificate that the TLS library reads and nobody else does.
    let endsAt: Instant?
    private let isSelfSigned: Bool

    /// Where clients find what to trust, when no authority vouches for it.
    var selfSignedFile: String? { isSelfSigned ? file : nil }

    /// - Parameter publicURL: whose host a self-signed certificate is good for.
    init(_ configuration: Configuration, publicURL: String, now: Instant) throws(StartFault) {
        let chain: [UInt8]
        let key: [UInt8]
        if let certificate = configuration.certificate {
            (file, isSelfSigned) = (certificate.chainFile, false)
            do {
                chain = try FileText.bytes(certificate.chainFile, atMost: 1_048_576)
                key = try FileText.bytes(certificate.keyFile, atMost: 65_536)
            } catch { throw .certificate(path: error.path, reason: error.reason) }
        } else {
            let host = publicURL.split(separator: "://").last?.prefix { $0 != ":" }.description
            let own = try SelfSignedCertificate.keep(in: configuration.data, host: host, now: now)
            (file, isSelfSigned) = (configuration.data.certificate, true)
            (chain, key) = (own.chain, own.key)
        }
        do { context = try ServerTLS.context(certificateChainPEM: chain, privateKeyPEM: key) } catch { throw .tls(certificate: file, error) }
        let facts = try? CertificateFacts(chain)  // what cannot be read the TLS library has judged
        if let facts, facts.endsAt <= now { throw .certificate(path: file, reason: "it ended at \(facts.endsAt.iso8601)") }
        if let facts, facts.beginsAt > now { throw .certificate(path: file, reason: "it does not begin until \(facts.beginsAt.iso8601)") }
        endsAt = facts?.endsAt
    }
}
