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

    private struct State {
        var waiting: [Job] = []
        /// Where the queue begins in `waiting`: removing from the front of an array would move all others.
        var next = 0
        var done = 0
        var running = 0
        var rejected = 0
        var isStopping = false
        var threads: [pthread_t] = []

        var queued: Int { waiting.count - next }

        mutating func take() -> Job {
            let job = waiting[next]
            next += 1
            if next == waiting.count || next >= 64 {
                waiting.removeFirst(next)
                next = 0
            }
            return job
        }
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let queueLimit: Int
    private var state = State()
    /// How long jobs took on their thread, without waiting.
    let times = Histogram(bounds: Histogram.workBounds)

    /// Processors this process may use.
    static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    init(count: Int, queueLimit: Int) {
        self.queueLimit = queueLimit
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe arrival.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(arrival, nil)
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

    var queued: Int { locked { state in state.queued } }
    var done: Int { locked { state in state.done } }
    var running: Int { locked { state in state.running } }
    var rejected: Int { locked { state in state.rejected } }

    /// Queues a job or refuses it at once.
    func submit(_ job: Job) {
        let fault: HashingPoolFault? = locked { state in
            guard !state.isStopping else { return .shutDown }
            // Two seconds: at the default cost a full queue is worked off in less.
            guard state.queued < queueLimit else {
                state.rejected += 1
                return .busy(retryAfterSeconds: 2)
            }
            state.waiting.append(job)
            unsafe pthread_cond_signal(arrival)
            return nil
        }
        if let fault { job.refuse(fault) }
    }

    /// Refuses what waits, lets the threads finish what they are at, and waits for them. A second call does nothing.
    func stop() {
        let (refused, threads) = locked { state in
            let left = (Array(state.waiting.dropFirst(state.next)), state.threads)
            state.isStopping = true
            state.waiting = []
            state.next = 0
            state.threads = []
            unsafe pthread_cond_broadcast(arrival)
            return left
        }
        for job in refused { job.refuse(.shutDown) }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// What each thread does until the end.
    private func work() {
        while let job = nextJob() {
            let start = Stopwatch.nanoseconds()
            let answer = job.run()
            times.record(Stopwatch.nanoseconds() &- start)
            locked { state in
                state.done += 1
                state.running -= 1
            }
            answer()
        }
    }

    /// No access to `state` is open while this thread waits: others change it then, and the optimizer may take an open access for exclusive.
    private func nextJob() -> Job? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if state.isStopping { return nil }
            if state.queued > 0 {
                state.running += 1
                return state.take()
            }
            unsafe pthread_cond_wait(arrival, mutex)
        }
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
