import CZlib

/// Texts in gzip's format (RFC 1952), as small as it gets: made once, when the server starts. The same text gives the same bytes.
enum Gzip {
    /// - Returns: `nil` when there is nothing to gain, or no memory: then the text is served as it is.
    static func compressed(_ text: String) -> [UInt8]? {
        var input = Array(text.utf8)
        var stream = unsafe z_stream()
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        // The largest window, and 16 for gzip's own header around it.
        let begun = unsafe deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard begun == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: input.count)
        let ended = unsafe input.withUnsafeMutableBufferPointer { from in
            unsafe output.withUnsafeMutableBufferPointer { into in
                unsafe stream.next_in = from.baseAddress
                unsafe stream.avail_in = UInt32(from.count)
                unsafe stream.next_out = into.baseAddress
                unsafe stream.avail_out = UInt32(into.count)
                return unsafe deflate(&stream, Z_FINISH)
            }
        }
        guard ended == Z_STREAM_END else { return nil }
        return Array(output.prefix(unsafe Int(stream.total_out)))
    }
}
