public import NIOCore

/// Writes the parts of an answer one behind another into room that was made for all of them. A buffer that is asked part by part looks each
/// time whether it is the only owner of its bytes and has room for more: that cost more than the bytes.
@safe public struct AnswerPen: ~Copyable {
    private let room: UnsafeMutableRawBufferPointer
    /// Bytes written.
    fileprivate private(set) var count = 0

    fileprivate init(_ room: UnsafeMutableRawBufferPointer) { unsafe self.room = unsafe room }

    public mutating func write(_ text: StaticString) {
        text.withUTF8Buffer { bytes in unsafe write(UnsafeRawBufferPointer(bytes)) }
    }

    public mutating func write(_ text: String) {
        let written: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in unsafe write(UnsafeRawBufferPointer(bytes)) }
        if written == nil { write(Array(text.utf8), 0..<text.utf8.count) }
    }

    public mutating func write(_ bytes: [UInt8], _ range: Range<Int>) {
        unsafe bytes[range].withUnsafeBytes { bytes in unsafe write(bytes) }
    }

    /// In decimal digits.
    public mutating func write(_ number: Int64) {
        guard number >= 0 else { return write(String(number)) }
        var length = 1
        var shorter = number / 10
        while shorter > 0 {
            length += 1
            shorter /= 10
        }
        guard unsafe length <= room.count - count else { return }
        var rest = number
        for place in stride(from: count + length - 1, through: count, by: -1) {
            unsafe room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += length
    }

    /// What does not fit is left out: whoever asked for room asked for too little.
    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard unsafe bytes.count <= room.count - count, let start = unsafe room.baseAddress, let source = bytes.baseAddress else { return }
        unsafe (start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }
}

extension ByteBuffer {
    /// Writes behind what there is.
    ///
    /// - Parameter most: at least as many bytes as the parts have together.
    public mutating func write(atMost most: Int, _ parts: (inout AnswerPen) -> Void) {
        unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: most) { room in
            var pen = unsafe AnswerPen(room)
            parts(&pen)
            return pen.count
        }
    }
}
