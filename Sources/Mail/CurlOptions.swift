import CCurl

/// Sets options of one libcurl handle and remembers whether all were accepted.
@safe final class CurlOptions {
    private let handle: UnsafeMutableRawPointer
    private(set) var areAllAccepted = true

    init(handle: UnsafeMutableRawPointer) {
        unsafe self.handle = handle
    }

    func number(_ option: CURLoption, _ value: Int) {
        unsafe note(latchkey_curl_set_long(handle, option, value))
    }

    /// libcurl keeps a copy.
    func text(_ option: CURLoption, _ value: String) {
        unsafe note(latchkey_curl_set_string(handle, option, value))
    }

    /// Bytes that end with NUL. libcurl keeps a copy.
    func bytes(_ option: CURLoption, _ value: UnsafePointer<UInt8>?) {
        guard let value = unsafe value else { return }
        unsafe note(latchkey_curl_set_string(handle, option, UnsafeRawPointer(value).assumingMemoryBound(to: CChar.self)))
    }

    func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
        unsafe note(latchkey_curl_set_pointer(handle, option, value))
    }

    func list(_ option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>) {
        unsafe note(latchkey_curl_set_list(handle, option, value))
    }

    func read(_ callback: curl_read_callback) {
        unsafe note(latchkey_curl_set_read(handle, callback))
    }

    func write(_ option: CURLoption, _ callback: curl_write_callback) {
        unsafe note(latchkey_curl_set_write(handle, option, callback))
    }

    private func note(_ code: CURLcode) {
        if code != CURLE_OK { areAllAccepted = false }
    }
}
