import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPSupport

/// What is kept of clients that take their time.
@Suite struct SlowClientTests {
    @Test func `the newcomer that has been silent for longest goes when there are too many`() throws {
        let loop = EmbeddedEventLoop()
        let newcomers = Newcomers(most: 2)
        let channels = (0..<5).map { _ in EmbeddedChannel(loop: loop) }
        func open() throws -> [Bool] {
            loop.run()
            return channels.map(\.isActive)
        }
        for channel in channels { try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait() }
        newcomers.begin(channels[0])
        newcomers.begin(channels[1])
        #expect(try open() == [true, true, true, true, true])
        // The first has asked something: it is no newcomer any more, and counts for nothing.
        newcomers.settle(ObjectIdentifier(channels[0]))
        newcomers.begin(channels[2])
        #expect(try open() == [true, true, true, true, true])
        newcomers.begin(channels[3])
        #expect(try open() == [true, false, true, true, true])
        channels[2].close(promise: nil)
        #expect(try open() == [true, false, false, true, true])
        newcomers.begin(channels[4])
        #expect(try open() == [true, false, false, true, true])
        #expect(newcomers.count == 2)
    }

    @Test(
        arguments: [
            ("nothing", [], false), ("a handshake without its length", [22, 3, 1, 0], false), ("half a record", [22, 3, 1, 0, 3, 1, 2], false),
            ("a record", [22, 3, 1, 0, 3, 1, 2, 3], true), ("more than a record", [22, 3, 1, 0, 1, 1, 2], true), ("HTTP in the clear", [71], true),
            ("a record too long to be one", [22, 3, 1, 255, 255], true),
        ] as [(String, [UInt8], Bool)])
    func `TLS begins with a whole record, or with what is none`(name: String, bytes: [UInt8], isComplete: Bool) {
        #expect(FirstBytesHandler.isComplete(ByteBuffer(bytes: bytes)) == isComplete, "\(name)")
    }

    @Test func `a few bytes do not keep the large buffer that they were read into`() {
        let allocator = ByteBufferAllocator()
        var few = allocator.buffer(capacity: 32_768)
        few.writeString("GET / HTTP/1.1\r\n")
        few.keepOnlyWhatIsReadable(allocator)
        #expect(few.storageCapacity < 256)
        #expect(String(buffer: few) == "GET / HTTP/1.1\r\n")
        var many = allocator.buffer(capacity: 4096)
        many.writeRepeatingByte(1, count: 2048)
        many.keepOnlyWhatIsReadable(allocator)
        #expect(many.storageCapacity == 4096)
        var none = allocator.buffer(capacity: 4096)
        none.keepOnlyWhatIsReadable(allocator)
        #expect(none.storageCapacity == 0)
    }
}
