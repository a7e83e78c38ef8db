/// What the settings pages tell of this installation that stands in no database.
public struct InstallationAbout: Sendable {
    /// `smtp.example.com:587 (STARTTLS)`; `nil` when letters are held.
    public let mailServer: String?
    public let mailSender: String?
    /// In bytes, the write-ahead log included.
    public let databaseSize: @Sendable () -> Int64?

    public init(mailServer: String? = nil, mailSender: String? = nil, databaseSize: @escaping @Sendable () -> Int64? = { nil }) {
        self.mailServer = mailServer
        self.mailSender = mailSender
        self.databaseSize = databaseSize
    }
}
