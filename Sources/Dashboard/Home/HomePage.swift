import Domain
import Operations
import Ports

/// `/home` for admins: what needs attention, first steps, four numbers, the latest events.
struct AdminHomePage: PageModel {
    static let template = "page-home"

    struct Step: Hashable, Sendable {
        let label: String
        let href: String
        let done: Bool

        init(_ label: String, _ link: Link, done: Bool) {
            self.label = label
            href = link.text
            self.done = done
        }
    }

    /// A number that leads to what it counts.
    struct Figure: Hashable, Sendable {
        let value: String
        let label: String
        let href: String

        init(_ value: Int64, _ label: String, _ link: Link) { self.init(value: Words.grouped(value), label, link) }

        init(_ value: Tally, _ label: String, _ link: Link) { self.init(value: Words.grouped(value), label, link) }

        private init(value: String, _ label: String, _ link: Link) {
            self.value = value
            self.label = label
            href = link.text
        }
    }

    let title: String
    let addUser: Anchor
    /// About the admin's own password.
    let banners: [Notice]
    let needs: [Attention.Item]
    let hasNeeds: Bool
    let nothing: String
    let checkedLabel: String
    let checked: Moment
    /// Empty once all are done, or put away.
    let steps: [Step]
    let hasSteps: Bool
    let dismiss: PostButton?
    /// Set while steps are left and put away.
    let bringBack: PostButton?
    let figures: [Figure]
    let events: Table
    /// To more than the latest events.
    let more: [Anchor]

    var section: Section { .home }

    /// - Parameters:
    ///   - steps: all of them, done or not.
    ///   - form: where the steps are put away.
    init(
        _ attention: Attention, _ steps: [Step], _ numbers: HomeNumbers = HomeNumbers(), showsSteps: Bool = true, form: FormTarget,
        banners: [Notice] = [], events: [AuditRecord], viewer: Caller, now: Instant
    ) {
        title = Words.home
        addUser = Anchor(Words.addUser, .addUser)
        self.banners = banners
        needs = attention.items
        hasNeeds = !attention.items.isEmpty
        nothing = Words.homeNothing
        checkedLabel = Words.homeChecked
        checked = Moment(now)
        let isOpen = steps.contains { !$0.done }
        self.steps = isOpen && showsSteps ? steps : []
        hasSteps = !self.steps.isEmpty
        dismiss = hasSteps ? HomePages.stepsButton(Words.stepsDismiss, shown: false, form) : nil
        bringBack = isOpen && !showsSteps ? HomePages.stepsButton(Words.stepsBack, shown: true, form) : nil
        figures = Self.figures(numbers, now: now)
        self.events = AuditTable.make(events, caption: Words.homeEvents, viewer: viewer, isBrief: true)
        more = [Anchor(Words.homeAllEvents, .audit), Anchor(Words.refusedCalls, .refusedCalls)]
    }

    private static func figures(_ numbers: HomeNumbers, now: Instant) -> [Figure] {
        var failed = AuditListQuery()
        failed.action = .signInRefused
        failed.from = String(now.iso8601.prefix(10))
        return [
            Figure(numbers.active, Words.figureActive, UserListQuery.status(.active).link),
            Figure(numbers.waiting, Words.figureWaiting, UserListQuery.status(.waiting).link),
            Figure(numbers.calls, Words.figureCalls, .credentials),
            Figure(numbers.failedSignIns, Words.figureFailed, failed.link),
        ]
    }
}
