import Domain
import HTTPSupport
import Operations
import Ports
import Testing

@testable import Dashboard

@Suite struct AuditPageTests {
    private func entry(
        _ action: AuditAction, by actor: AuditActor = .user(Identifier(1), username: "ann.lee"), on target: String? = "bob.ross",
        result: AuditResult = .done, count: Int = 1, changes: [AuditChange] = []
    ) -> AuditEntry {
        AuditEntry(
            action, at: Samples.now, by: actor, on: target == nil ? nil : Identifier(2), named: target, account: Identifier(920_012),
            result: result, from: nil, count: count, changes: changes)
    }

    @Test(arguments: AuditAction.allCases)
    func `every action is a sentence of its own, and says on whom`(action: AuditAction) {
        let sentence = Words.act(action, on: "bob.ross", isSelf: false, account: Identifier(920_012))
        #expect(sentence.first?.isUppercase == true)
        let others = AuditAction.allCases.filter { $0 != action }.map { Words.act($0, on: "bob.ross", isSelf: false, account: Identifier(920_012)) }
        #expect(!others.contains(sentence))
        let isImpersonal: Set<AuditAction> = [
            .settingsChanged, .accountAdded, .contractsChanged, .signedOut, .testLetterSent, .usersExported, .auditExported, .backedUp,
            .reminderChanged, .spraySuspected,
        ]
        #expect(sentence.contains("bob.ross") == !isImpersonal.contains(action))
    }

    @Test func `who acts on themselves is told so`() {
        let line = AuditLine(
            entry(.passwordChanged, by: .user(Identifier(2), username: "bob.ross")), viewer: Samples.operatorCaller)
        #expect(line.what == "Changed their own password")
        #expect(AuditLine(entry(.passwordChanged), viewer: Samples.operatorCaller).what == "Changed bob.ross's password")
    }

    @Test(arguments: [
        (AuditActor.user(Identifier(1), username: "ann.lee"), "ann.lee"), (.commandLine, "Command line"), (.setup, "First-run page"),
        (.system, "Latchkey"), (.stranger, "Not signed in"),
    ])
    func `every actor has a name`(actor: AuditActor, name: String) {
        #expect(AuditLine(entry(.signedIn, by: actor), viewer: Samples.operatorCaller).who == name)
    }

    @Test func `a refusal says why, and sampled ones say how many`() {
        let line = AuditLine(
            entry(.signInRefused, by: .stranger, result: .refused(reason: "wrong-password"), count: 9), viewer: Samples.operatorCaller)
        #expect(line.result == "Refused: wrong password")
        #expect(line.what == "Tried to sign in as bob.ross (9 times)")
        #expect(line.from == "the server")
    }

    @Test func `what happened in accounts of others is only counted`() {
        let changes = [
            AuditChange("level", before: "basic", after: "admin"), AuditChange("account", before: nil, after: "930044"),
            AuditChange("role in 930044", before: nil, after: "messaging"), AuditChange("role in 920012", before: "ordering", after: nil),
        ]
        let admin = AuditLine(entry(.accessChanged, changes: changes), viewer: Samples.adminCaller).changes
        #expect(admin == "level: basic → admin · role in 920012: without ordering · 2 changes in accounts you do not manage")
        let all = AuditLine(entry(.accessChanged, changes: changes), viewer: Samples.operatorCaller).changes
        #expect(all?.contains("930044") == true)
    }

    @Test func `older events are offered while there may be any`() {
        let records = (0..<100).map { _ in Samples.record(.signedIn) }
        #expect(AuditTable.older(records, limit: 100, from: .audit)?.href == "/account/audit?before=12")
        #expect(AuditTable.older(Array(records.dropLast()), limit: 100, from: .audit) == nil)
        #expect(AuditTable.older([], limit: 0, from: .audit) == nil)
    }

    @Test func `every filter of the log lives in the address`() throws {
        let text = "view=access&q=a%20b&actor=ann&action=user.added&target=bob&account=920012&result=refused&from=2026-11-01&to=2026-11-24"
        let query = AuditListQuery(try Form(query: text + "&address=203.0.113.7&before=900"))
        #expect(query.link.text == "/account/audit?" + text + "&address=203.0.113.7&before=900")
        let request = query.request(now: Samples.now)
        #expect(request.actions == [.userAdded] && request.filter.outcome == .refused && request.before == 900)
        #expect(request.filter.to == CivilDate.start(of: "2026-11-25"))
        #expect(query.newest.with(.auditCSV).text == "/account/audit.csv?" + text + "&address=203.0.113.7")
        #expect(query.older(than: 5).link.text.hasSuffix("&before=5") && query.newer(than: 7).link.text.hasSuffix("&after=7"))
    }

    @Test(arguments: ["view=all&action=x&result=maybe&from=2026-02-30&to=24.11.2026&account=0920012&before=x", "from=2026-1-1"])
    func `what no filter of the log knows filters nothing`(text: String) throws {
        #expect(AuditListQuery(try Form(query: text)) == AuditListQuery())
    }

    @Test func `a ready view looks back as far as it says`() {
        let request = AuditListQuery(view: .failedSignIns).request(now: Samples.now)
        #expect(request.filter.from == Samples.now - .hours(24))
        #expect(request.actions == [.signInRefused, .userLocked, .spraySuspected])
        #expect(AuditView.passwords.actions.isSuperset(of: [.passwordChanged, .passwordReset]))
        #expect(!AuditView.access.actions.contains(.signedIn))
        #expect(AuditListQuery(view: .admin).request(now: Samples.now).filter.from == nil)
    }

    @Test func `how much there is in the log is told to operators only`() {
        let check = TrailCheck(verdict: .intact(entries: 12_480), at: Samples.now)
        #expect(SealLine(check, isOperator: true).text == "Log intact. 12,480 events.")
        #expect(SealLine(check, isOperator: false).text == "Log intact.")
        #expect(SealLine(nil, isOperator: true).text == "Not checked since the server started.")
        let broken = SealLine(TrailCheck(verdict: .broken(at: 17, checked: 20), at: Samples.now), isOperator: false)
        #expect(broken.text == nil && broken.warning?.heading?.contains("event 17") == true)
    }

    @Test func `an event is written for programs as it was written down`() {
        let record = Samples.record(.accessChanged, changes: [AuditChange("level", before: "basic", after: "admin")], result: .refused(reason: "x"))
        #expect(AuditFile.cells(record).count == AuditFile.header.count)
        let json = AuditFile.json(record)
        #expect(json.members?.map(\.name) == AuditFile.header)
        #expect(json["event"]?.integer == 12 && json["changes"]?.array?.first?["after"]?.string == "admin")
        #expect(json["chain"]?.string == String(repeating: "01", count: 32))
    }

    @Test func `a broken log says from which event on`() {
        #expect(Notice(AuditVerdict.broken(at: 17, checked: 20)).heading?.contains("event 17") == true)
        #expect(Notice(AuditVerdict.intact(entries: 1)).text == "Log intact. 1 event checked.")
    }
}
