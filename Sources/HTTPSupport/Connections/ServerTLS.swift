public import NIOSSL
import Synchronization

/// Why a certificate and key cannot be served.
public enum TLSFault: Error, Hashable, Sendable {
    case noCertificate
    case malformedCertificate
    case malformedKey
    /// The key is not the first certificate's, or the library refused them together.
    case mismatch
}

/// TLS as we serve it.
public enum ServerTLS {
    /// Forward secrecy and authenticated encryption only: Mozilla's intermediate profile without DHE. (TLS 1.3 suites are fixed.)
    static let cipherSuites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// TLS 1.2 and 1.3 with a certificate chain (leaf first) and its unencrypted key, both PEM; HTTP/2 and HTTP/1.1 by ALPN.
    public static func context(certificateChainPEM: [UInt8], privateKeyPEM: [UInt8]) throws(TLSFault) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMBytes(certificateChainPEM) } catch { throw .malformedCertificate }
        guard !chain.isEmpty else { throw .noCertificate }
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(bytes: privateKeyPEM, format: .pem) } catch { throw .malformedKey }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = cipherSuites
        configuration.curves = [.x25519, .secp256r1, .secp384r1]
        configuration.applicationProtocols = ["h2", "http/1.1"]
        do { return try NIOSSLContext(configuration: configuration) } catch { throw .mismatch }
    }
}

/// The certificate and key that listeners show to new connections. A connection keeps those it was made with. State is guarded by its
/// mutex.
public final class ShownCertificate: Sendable {
    private let context: Mutex<NIOSSLContext>

    /// - Parameter context: as `ServerTLS` makes it.
    public init(_ context: NIOSSLContext) { self.context = Mutex(context) }

    /// From the next connection on.
    public func replace(with new: NIOSSLContext) { context.withLock { $0 = new } }

    var current: NIOSSLContext { context.withLock { $0 } }
}
