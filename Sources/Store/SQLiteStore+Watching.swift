import Domain
import GRDB
import Ports

extension SQLiteStore {
    /// Calls the observers for what other processes commit to the same file, until the task is cancelled. Run it once, in the background.
    /// - Parameter interval: how often it looks; the look itself reads one number.
    public func watch(every interval: Duration = .milliseconds(250), clock: some Clock<Duration> = ContinuousClock()) async {
        observers.watchingBegan()
        defer { observers.watchingEnded() }
        guard let glance = await openGlance(every: interval, clock: clock) else { return }
        var seen = sequenceAtOpening
        var version: Int64?
        while !Task.isCancelled {
            do {
                let current = try await glance.read { database in try Int64.fetchOne(database, sql: "PRAGMA data_version") }
                if current != version {
                    seen = try await tellChanges(since: seen, glance)
                    version = current
                }
            } catch is CancellationError {
                return
            } catch {
                // Nothing is lost: the next look begins where the last one that succeeded ended.
                log("the database could not be watched: \(SQLiteConnection.fault(error).reason)")
            }
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }

    /// A connection of its own: the number it asks for tells of commits through other connections.
    private func openGlance(every interval: Duration, clock: some Clock<Duration>) async -> DatabaseQueue? {
        var configuration = Opening.configuration()
        configuration.readonly = true
        configuration.label = "latchkey.store.watch"
        while !Task.isCancelled {
            do {
                return try DatabaseQueue(path: path, configuration: configuration)
            } catch {
                log("the database could not be watched: \(SQLiteConnection.fault(error).reason)")
            }
            do { try await clock.sleep(for: interval) } catch { return nil }
        }
        return nil
    }

    /// - Returns: the number of the last change looked at.
    private func tellChanges(since seen: Int64, _ glance: DatabaseQueue) async throws -> Int64 {
        let news = try await glance.read { database in try News(SQLiteConnection(database: database), since: seen) }
        guard news.sequence != seen else { return seen }
        if let everything = news.everythingSequence, !observers.isOwn(everything) {
            observers.tell(.everything)
        } else {
            let users = news.users.filter { !observers.isOwn($0.sequence) }.map(\.id)
            if !users.isEmpty { observers.tell(.users(Set(users))) }
        }
        observers.forgetOwn(upTo: news.sequence)
        return news.sequence
    }
}

/// What was committed after a change that is known.
private struct News: Sendable {
    let sequence: Int64
    /// The last change that concerns everybody, if it is news.
    let everythingSequence: Int64?
    let users: [(id: Identifier<User>, sequence: Int64)]

    init(_ connection: some SQLConnection, since seen: Int64) throws(SQLFault) {
        guard let counter = try connection.query("SELECT seq, everything_seq FROM change_counter WHERE id = 1", []).first else {
            throw .unreadable("there is no count of changes")
        }
        sequence = try counter.int64("seq")
        let everything = try counter.int64("everything_seq")
        everythingSequence = everything > seen ? everything : nil
        var users: [(id: Identifier<User>, sequence: Int64)] = []
        for row in try connection.query("SELECT id, change_seq FROM users WHERE change_seq > $1", [.integer(seen)]) {
            users.append((try row.id("id"), try row.int64("change_seq")))
        }
        self.users = users
    }
}
