import Testing

@testable import Assembly

/// What is given back after the start is code and nothing else.
@Suite struct StartMemoryTests {
    @Test func `only the code of files is named`() {
        let maps = """
            55d0a0000000-55d0a0010000 r--p 00000000 08:01 42                         /usr/bin/latchkey
            55d0a0010000-55d0a0400000 r-xp 00010000 08:01 42                         /usr/bin/latchkey
            55d0a0400000-55d0a0500000 rw-p 00400000 08:01 42                         /usr/bin/latchkey
            7f0000000000-7f0000001000 r-xp 00000000 00:00 0 
            7f0000002000-7f0000003000 rwxp 00000000 08:01 43                         /usr/lib/written.so
            7f0000004000-7f0000005000 r-xs 00000000 08:01 44                         /dev/shm/shared
            7f0000006000-7f0000008000 r-xp 00000000 08:01 45                         /usr/lib/with a space.so
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
            7f0000009000-7f0000009000 r-xp 00000000 08:01 46                         /usr/lib/empty.so
            nonsense
            """
        #expect(StartMemory.code(inMaps: maps) == [0x55d0_a001_0000..<0x55d0_a040_0000, 0x7f00_0000_6000..<0x7f00_0000_8000])
    }

    @Test func `the program runs on after giving back`() {
        StartMemory.giveBack()
        #expect([3, 1, 2].sorted() == [1, 2, 3])
    }
}
