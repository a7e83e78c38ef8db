import CHashingMemory
import CSodium
import Glibc
import Measures

/// A few threads and a bounded queue before them.
///
/// `@unchecked Sendable`: everything mutable is in `state`, which is touched only while `mutex` is held.
@safe final class WorkerThreads: @unchecked Sendable {
    /// Exactly one of the two closures is called, once.
    struct Job: Sendable {
        /// Does the work and returns how to hand over the answer, so that the work is counted before anybody learns of it.
        let run: @Sendable () -> @Sendable () -> Void
        let refuse: @Sendable (HashingPoolFault) -> Void
    }

    private struct Waiting {
        let job: Job
        let since: UInt64
    }

    private struct State {
        var waiting: TwoLanes<Waiting>
        var done = 0
        var running = 0
        var rejected = 0
        var isStopping = false
        var threads: [pthread_t] = []
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// What has waited longer is refused instead of done: whoever asked has been told nothing for too long already.
    private let deadline: UInt64
    private var state: State
    /// A thread that has had nothing to do for as long gives its memory back. In seconds.
    private let patience: Int
    /// How long jobs took on their thread, without waiting.
    let times = Histogram(bounds: Histogram.workBounds)

    /// Processors this process may use.
    static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// - Parameters:
    ///   - queueLimit: for each lane.
    ///   - patience: how long an idle thread keeps the memory of its last hash, in seconds.
    init(count: Int, queueLimit: Int, deadline: Duration, patience: Int = 1) {
        self.patience = patience
        let (seconds, attoseconds) = deadline.components
        self.deadline = UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000)
        state = State(waiting: TwoLanes(limit: queueLimit))
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe arrival.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        var monotonic = pthread_condattr_t()
        unsafe pthread_condattr_init(&monotonic)
        unsafe pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(arrival, &monotonic)
        unsafe pthread_condattr_destroy(&monotonic)
        let started = (0..<count).compactMap { _ in start() }
        // At start, before anybody is served.
        precondition(!started.isEmpty, "no thread for hashing could be started")
        locked { state in state.threads = started }
    }

    deinit {
        unsafe pthread_cond_destroy(arrival)
        unsafe pthread_mutex_destroy(mutex)
        unsafe arrival.deallocate()
        unsafe mutex.deallocate()
    }

    var queued: Int { locked { state in state.waiting.count } }
    var done: Int { locked { state in state.done } }
    var running: Int { locked { state in state.running } }
    var rejected: Int { locked { state in state.rejected } }

    /// Queues a job. When there is no room it is refused at once, or one of a network that has more waiting is.
    func submit(_ job: Job, _ turn: HashingTurn) {
        let (refused, fault): (Job?, HashingPoolFault) = locked { state in
            guard !state.isStopping else { return (job, .shutDown) }
            let displaced = state.waiting.append(Waiting(job: job, since: Stopwatch.nanoseconds()), turn)
            if displaced != nil { state.rejected += 1 }
            unsafe pthread_cond_signal(arrival)
            return (displaced?.job, Self.full)
        }
        refused?.refuse(fault)
    }

    /// Why a job would be refused now, which is counted as if it had been; nil: it would not.
    func refusal(_ turn: HashingTurn) -> HashingPoolFault? {
        locked { state in
            guard !state.isStopping else { return .shutDown }
            guard !state.waiting.hasRoom(for: turn) else { return nil }
            state.rejected += 1
            return Self.full
        }
    }

    /// Two seconds: at the default cost a full queue is worked off in less.
    private static let full = HashingPoolFault.busy(retryAfterSeconds: 2)

    /// Refuses what waits, lets the threads finish what they are at, and waits for them. A second call does nothing.
    func stop() {
        let (refused, threads) = locked { state in
            let left = (state.waiting.removeAll(), state.threads)
            state.isStopping = true
            state.threads = []
            unsafe pthread_cond_broadcast(arrival)
            return left
        }
        for waiting in refused { waiting.job.refuse(.shutDown) }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// What each thread does until the end.
    private func work() {
        while let waiting = next() {
            let start = Stopwatch.nanoseconds()
            guard start &- waiting.since <= deadline else {
                locked { state in
                    state.rejected += 1
                    state.running -= 1
                }
                waiting.job.refuse(Self.full)
                continue
            }
            let answer = waiting.job.run()
            times.record(Stopwatch.nanoseconds() &- start)
            locked { state in
                state.done += 1
                state.running -= 1
            }
            answer()
        }
    }

    /// No access to `state` is open while this thread waits: others change it then, and the optimizer may take an open access for exclusive.
    private func next() -> Waiting? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if state.isStopping { return nil }
            if let waiting = state.waiting.take() {
                state.running += 1
                return waiting
            }
            waitForWork()
        }
    }

    /// Called and left with `mutex` held.
    private func waitForWork() {
        guard latchkey_has_hashing_memory() else {
            unsafe pthread_cond_wait(arrival, mutex)
            return
        }
        var until = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &until)
        until.tv_sec += patience
        guard unsafe pthread_cond_timedwait(arrival, mutex, &until) == ETIMEDOUT else { return }
        unsafe pthread_mutex_unlock(mutex)
        latchkey_release_hashing_memory()
        unsafe pthread_mutex_lock(mutex)
    }

    private func locked<R>(_ body: (inout State) -> R) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Starts one thread, which keeps this object alive until `stop`.
    private func start() -> pthread_t? {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self)
        let status = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe latchkey_name_thread("hashing")
                // A hash takes a processor for some 20 ms; whoever is remembered is answered in microseconds and must not wait for it.
                latchkey_give_way()
                latchkey_keep_hashing_memory()
                defer { latchkey_release_hashing_memory() }
                unsafe Unmanaged<WorkerThreads>.fromOpaque(context).takeRetainedValue().work()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            unsafe context.release()
            return nil
        }
        return thread
    }
}
