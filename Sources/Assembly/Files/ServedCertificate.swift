import Domain
import HTTPSupport
import NIOSSL

/// The certificate that listeners show: the configured one, or the self-signed one of the data directory.
struct ServedCertificate {
    let tls: TLSConfiguration
    let selfSignedFile: String?

    init(_ configuration: Configuration, host: String?, now: Instant) throws(StartFault) {
        guard let certificate = configuration.certificate else {
            let own = try SelfSignedCertificate.keep(in: configuration.data, host: host, now: now)
            selfSignedFile = configuration.data.certificate
            do {
                tls = try ServerTLS.configuration(certificateChainPEM: own.chain, privateKeyPEM: own.key)
            } catch { throw .tls(certificate: configuration.data.certificate, error) }
            return
        }
        let chain: [UInt8]
        let key: [UInt8]
        do {
            chain = try FileText.bytes(certificate.chainFile, atMost: 1_048_576)
            key = try FileText.bytes(certificate.keyFile, atMost: 65_536)
        } catch { throw .certificate(path: error.path, reason: error.reason) }
        do {
            tls = try ServerTLS.configuration(certificateChainPEM: chain, privateKeyPEM: key)
        } catch { throw .tls(certificate: certificate.chainFile, error) }
        if let facts = try? CertificateFacts(chain), facts.endsAt <= now {  // what cannot be read the TLS library has judged
            throw .certificate(path: certificate.chainFile, reason: "it ended at \(facts.endsAt.iso8601)")
        }
        selfSignedFile = nil
    }
}
