import CCurl
import Secrets

/// One conversation with a mail server, through libcurl. Lives on one thread, from `perform`'s beginning to its end.
final class SMTPExchange {
    private let message: [UInt8]
    private var sent = 0
    private var wasBodyAsked = false
    private var replies = SMTPReplies()

    /// libcurl made ready, once.
    private static let isReady: Bool = latchkey_curl_start() == CURLE_OK

    init(message: [UInt8]) {
        self.message = message
    }

    /// Sends the letter; returns when the server has answered, or the time is up.
    func perform(_ settings: SMTPSettings, from sender: String, to recipient: String) -> SMTPOutcome {
        guard Self.isReady, let handle = unsafe curl_easy_init() else { return .tryLater(reply: "The mail library could not be started.") }
        defer { unsafe curl_easy_cleanup(handle) }
        guard let recipients = unsafe curl_slist_append(nil, "<\(recipient)>") else { return .tryLater(reply: "There is not enough memory.") }
        defer { unsafe curl_slist_free_all(recipients) }
        var words = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE) + 1)
        let (result, isSetUp) = unsafe words.withUnsafeMutableBufferPointer { buffer -> (CURLcode, Bool) in
            let options = unsafe CurlOptions(handle: handle)
            apply(settings, to: options)
            options.text(CURLOPT_MAIL_FROM, "<\(sender)>")
            unsafe options.list(CURLOPT_MAIL_RCPT, recipients)
            unsafe options.pointer(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(buffer.baseAddress))
            attach(to: options)
            guard options.areAllAccepted else { return (CURLE_FAILED_INIT, false) }
            let result = unsafe curl_easy_perform(handle)
            // The buffer ends before the handle does.
            unsafe options.pointer(CURLOPT_ERRORBUFFER, nil)
            return (result, true)
        }
        guard isSetUp else { return .tryLater(reply: "The mail library does not support what the settings ask for.") }
        return outcome(result, words: SMTPReplies.printable(words.lazy.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }))
    }

    /// What was said last decides only where it was said of the letter: a 5xx to the greeting, to STARTTLS or to AUTH is the operator's affair and passes.
    private func outcome(_ result: CURLcode, words: String) -> SMTPOutcome {
        let fault = unsafe words.isEmpty ? String(cString: curl_easy_strerror(result)) : words
        guard let reply = replies.last else { return .tryLater(reply: fault) }
        if result == CURLE_OK { return .accepted(reply: reply.words) }
        guard reply.code >= 400 else { return .tryLater(reply: fault) }
        let isAboutTheLetter = result == CURLE_SEND_ERROR || (result == CURLE_WEIRD_SERVER_REPLY && wasBodyAsked)
        // 421 closes, 530 and 538 demand signing in or encryption, 535 refuses the credentials.
        let isAboutUs = [530, 534, 535, 538].contains(reply.code)
        return reply.code >= 500 && isAboutTheLetter && !isAboutUs ? .refusedForGood(reply: reply.words) : .tryLater(reply: reply.words)
    }

    private func apply(_ settings: SMTPSettings, to options: CurlOptions) {
        options.text(CURLOPT_URL, settings.url)
        options.text(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // Neither proxies nor signals from the environment of the process.
        options.text(CURLOPT_PROXY, "")
        options.number(CURLOPT_NOSIGNAL, 1)
        options.number(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(settings.connectTimeout))
        options.number(CURLOPT_TIMEOUT_MS, Self.milliseconds(settings.totalTimeout))
        options.number(CURLOPT_UPLOAD, 1)
        options.number(CURLOPT_INFILESIZE, message.count)
        options.number(CURLOPT_SSL_VERIFYPEER, 1)
        options.number(CURLOPT_SSL_VERIFYHOST, 2)
        options.number(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        switch settings.security {
        case .plain: options.number(CURLOPT_USE_SSL, Int(CURLUSESSL_NONE.rawValue))
        case .startTLS, .implicitTLS: options.number(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        }
        if let caFile = settings.caFile { options.text(CURLOPT_CAINFO, caFile) }
        guard let credentials = settings.credentials else { return }
        options.text(CURLOPT_USERNAME, credentials.username)
        credentials.terminatedPassword.withBytes { bytes in
            unsafe bytes.withUnsafeBufferPointer { buffer in unsafe options.bytes(CURLOPT_PASSWORD, buffer.baseAddress) }
        }
    }

    /// Lets libcurl fetch the letter from this object and put the replies here. It does so during `curl_easy_perform` only, on this thread.
    private func attach(to options: CurlOptions) {
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe options.pointer(CURLOPT_READDATA, me)
        unsafe options.pointer(CURLOPT_HEADERDATA, me)
        unsafe options.read { target, size, count, context in
            guard let target = unsafe target, let context = unsafe context else { return Int(CURL_READFUNC_ABORT) }
            let room = unsafe UnsafeMutableRawBufferPointer(start: target, count: size * count)
            return unsafe Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue().fill(room)
        }
        unsafe options.write(CURLOPT_HEADERFUNCTION) { line, size, count, context in
            guard let line = unsafe line, let context = unsafe context else { return size * count }
            let bytes = unsafe UnsafeRawBufferPointer(start: line, count: size * count)
            unsafe Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue().replies.take(bytes)
            return size * count
        }
        // Nothing is expected here; libcurl's own answer to it would be standard output.
        unsafe options.write(CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
        wasBodyAsked = true
        let part = message[sent...].prefix(room.count)
        unsafe room.copyBytes(from: part)
        sent += part.count
        return part.count
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        // Within an hour, as the settings were checked.
        Int(duration / .milliseconds(1))
    }
}
