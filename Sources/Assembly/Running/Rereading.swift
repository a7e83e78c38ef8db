import Catalogue
import Domain
import HTTPSupport
import Logging
import Operations
import Ports

/// What SIGHUP does. Each file is read, checked and swapped in whole, or refused whole: a fault in one leaves it, and the others, as they were.
extension Application {
    func readFilesAnew() {
        readCatalogueAnew()
        readCertificateAnew()
    }

    private func readCertificateAnew() {
        do {
            let served = try ServedCertificate(configuration, publicURL: installation.publicURL, now: installation.clock.now())
            certificate.replace(with: served.context)
            certificateWatch.replace(served.endsAt)
            logger.notice(
                "certificate read anew; new connections are shown it",
                metadata: ["certificate": .string(served.file), "ends_at": .string(served.endsAt?.iso8601 ?? "unknown")])
            certificateWatch.look(installation.clock.now(), logger)
        } catch {
            logger.error("certificate refused; the one in force stays", metadata: ["fault": .string(error.description)])
        }
    }

    private func readCatalogueAnew() {
        guard let file = configuration.catalogueFile else {
            logger.notice("no catalogue file is configured; the catalogue that ships stays")
            return
        }
        do {
            let catalogue = try Installation.catalogue(file)
            judge.replaceCatalogue(catalogue)
            logger.notice(
                "catalogue read anew",
                metadata: ["catalogue": .string(file), "roles": .stringConvertible(catalogue.roles.count)])
            for warning in catalogue.catalogue.warnings {
                logger.warning("catalogue warning", metadata: ["catalogue": .string(file), "warning": .string(warning.description)])
            }
        } catch {
            // One line for each fault, as `latchkey catalogue check` prints them.
            for fault in error.description.split(separator: "\n") {
                logger.error("catalogue fault", metadata: ["catalogue": .string(file), "fault": .string(String(fault))])
            }
            logger.error("catalogue refused whole; the one in force stays", metadata: ["catalogue": .string(file)])
        }
    }
}
