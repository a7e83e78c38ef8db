import Testing

@testable import Assembly

@Suite struct OpenFilesTests {
    @Test(arguments: [(20_000, 1, 19_680), (20_000, 4, 18_912), (65_536, 0, 65_472), (400, 1, 200), (20, 0, 16)])
    func `connections leave enough for upstreams and files, whatever the system gives`(limit: Int, upstreams: Int, connections: Int) {
        let files = OpenFiles(limit: limit, upstreams: upstreams)
        #expect(files.connections == connections)
        #expect(files.publicConnections <= connections * 3 / 4 + 1)
    }

    @Test func `the process takes what it may have`() {
        OpenFiles.raise()
        #expect(OpenFiles.current.limit == OpenFiles.most.limit)
    }

    @Test func `a process that may have few is told what to do`() {
        #expect(Doctor.openFiles(OpenFiles(limit: 65_536)).verdict == .ok)
        let few = Doctor.openFiles(OpenFiles(limit: 1024))
        #expect(few.verdict == .warn && few.remedy.contains("LimitNOFILE"))
    }
}
