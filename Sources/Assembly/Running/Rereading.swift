import Catalogue
import Logging
import Operations

/// What SIGHUP does. Each file is read, checked and swapped in whole, or refused whole: a fault in one leaves it, and the others, as they were.
extension Application {
    func readFilesAnew() {
        readCatalogueAnew()
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
