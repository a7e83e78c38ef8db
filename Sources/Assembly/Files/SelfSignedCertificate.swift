import Crypto
import Domain
import Foundation
import Secrets
import SwiftASN1
import X509

/// The certificate of an installation that was given none: made once, kept in the data directory, renewed when it is about to end.
struct SelfSignedCertificate {
    /// Renewed when it has less left.
    static let renewal: Duration = .days(30)
    static let lifetime: Duration = .days(397)

    let chain: [UInt8]
    let key: [UInt8]

    /// - Parameter host: a further name it must be good for.
    static func keep(in directory: DataDirectory, host: String?, now: Instant) throws(StartFault) -> SelfSignedCertificate {
        if let kept = try kept(in: directory, host: host, now: now) { return kept }
        do {
            let made = try make(names: names(host), now: now)
            // The key first: a certificate without its key is replaced at the next start, a key without its certificate too.
            try directory.place(made.key, at: directory.certificateKey, mode: 0o600)
            try directory.place(made.chain, at: directory.certificate, mode: 0o644)
            return made
        } catch let fault as FileFault {
            throw .certificate(path: fault.path, reason: fault.reason)
        } catch {
            throw .certificate(path: directory.certificate, reason: "it could not be made")
        }
    }

    private static func names(_ host: String?) -> [GeneralName] {
        var names: [GeneralName] = [
            .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
            .ipAddress(ASN1OctetString(contentBytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        ]
        if let host, host != "localhost", !host.contains(":"), host.contains(where: \.isLetter) { names.append(.dnsName(host)) }
        return names
    }

    /// What lies there, if it is whole, good for the names and good for long enough.
    private static func kept(in directory: DataDirectory, host: String?, now: Instant) throws(StartFault) -> SelfSignedCertificate? {
        if let mode = FileText.mode(directory.certificateKey), mode & 0o077 != 0 {
            throw .certificate(
                path: directory.certificateKey,
                reason: "others can reach it (mode 0\(String(mode, radix: 8))); run: chmod 600 \(directory.certificateKey)")
        }
        do {
            let chain = try FileText.bytes(directory.certificate, atMost: 64 * 1024)
            let key = try FileText.bytes(directory.certificateKey, atMost: 64 * 1024)
            let facts = try CertificateFacts(chain)
            let fits = Set(names(host).map(\.description)).isSubset(of: Set(facts.names))
            guard fits, facts.endsAt - now > renewal, facts.beginsAt <= now else { return nil }
            _ = try Certificate.PrivateKey(pemEncoded: String(decoding: key, as: UTF8.self))
            return SelfSignedCertificate(chain: chain, key: key)
        } catch {
            return nil  // absent or damaged: made anew
        }
    }

    private static func make(names: [GeneralName], now: Instant) throws -> SelfSignedCertificate {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("Latchkey self-signed") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey, notValidBefore: Date(now - .hours(1)),
            notValidAfter: Date(now + lifetime), issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names)
                SubjectKeyIdentifier(hash: key.publicKey)
            }, issuerPrivateKey: key)
        return SelfSignedCertificate(
            chain: Array((try certificate.serializeAsPEM().pemString + "\n").utf8), key: Array((try key.serializeAsPEM().pemString + "\n").utf8))
    }
}

/// What a certificate says about itself.
struct CertificateFacts {
    let beginsAt: Instant
    let endsAt: Instant
    let names: [String]

    /// Of the first certificate of a PEM chain.
    init(_ pem: [UInt8]) throws {
        let certificate = try Certificate(pemEncoded: String(decoding: Self.first(pem), as: UTF8.self))
        beginsAt = Instant(certificate.notValidBefore)
        endsAt = Instant(certificate.notValidAfter)
        names = try certificate.extensions.subjectAlternativeNames?.map(\.description) ?? []
    }

    private static func first(_ pem: [UInt8]) -> [UInt8] {
        let end = Array("-----END CERTIFICATE-----".utf8)
        guard pem.count > end.count else { return pem }
        for start in 0...(pem.count - end.count) where pem[start] == end[0] && pem[start...].starts(with: end) {
            return Array(pem[..<(start + end.count)])
        }
        return pem
    }
}

extension Date {
    init(_ instant: Instant) { self.init(timeIntervalSince1970: Double(instant.milliseconds / 1000)) }
}

extension Instant {
    init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded())) }
}
