import Secrets
import Testing

@Suite struct TwoLanesTests {
    private let known = HashingTurn.known
    private let stranger = HashingTurn(.stranger, from: nil)
    private let networks: [Digest] = {
        let digester = KeyedDigester(ephemeral: SystemEntropy())
        return (0..<4).map { digester.digest("test", [UInt8($0)]) }
    }()

    @Test func `a storm of strangers takes one turn in five from those who are known`() {
        var lanes = TwoLanes<Character>(limit: 100)
        for _ in 0..<100 { _ = lanes.append("s", stranger) }
        for _ in 0..<8 { _ = lanes.append("k", known) }
        let order = String((0..<12).compactMap { _ in lanes.take() })
        #expect(order == "kkkkskkkksss")
    }

    @Test func `a full lane leaves the other its room`() {
        var lanes = TwoLanes<Int>(limit: 3)
        let strangers = (0..<5).map { lanes.append($0, stranger) }
        #expect(strangers == [nil, nil, nil, 3, 4])
        let refused = lanes.append(9, known)
        #expect(refused == nil && lanes.count == 4)
        let first = lanes.take()
        #expect(first == 9)
    }

    @Test func `each lane is worked off in the order in which its jobs came, however many they are`() {
        var lanes = TwoLanes<Int>(limit: 1_000)
        var seen: [Int] = []
        for number in 0..<1_000 {
            _ = lanes.append(number, known)
            if number.isMultiple(of: 3), let taken = lanes.take() { seen.append(taken) }
        }
        while let taken = lanes.take() { seen.append(taken) }
        #expect(seen == Array(0..<1_000))
    }

    @Test func `networks take turns within a lane, however much one of them wants`() {
        var lanes = TwoLanes<Character>(limit: 100)
        for _ in 0..<50 { _ = lanes.append("a", HashingTurn(.stranger, from: networks[0])) }
        for _ in 0..<3 { _ = lanes.append("b", HashingTurn(.stranger, from: networks[1])) }
        _ = lanes.append("c", HashingTurn(.stranger, from: networks[2]))
        let order = String((0..<9).compactMap { _ in lanes.take() })
        #expect(order == "abcababaa")
    }

    @Test func `a full lane makes room for a network that has less waiting, at the cost of the one that has most`() {
        var lanes = TwoLanes<Int>(limit: 4)
        for number in 0..<4 { _ = lanes.append(number, HashingTurn(.stranger, from: networks[0])) }
        let displaced = [
            lanes.append(10, HashingTurn(.stranger, from: networks[1])), lanes.append(11, HashingTurn(.stranger, from: networks[1])),
            lanes.append(12, HashingTurn(.stranger, from: networks[1])), lanes.append(4, HashingTurn(.stranger, from: networks[0])),
            lanes.append(20, HashingTurn(.stranger, from: networks[2])),
        ]
        // The newest of whoever has more than the newcomer would have; else the newcomer itself.
        #expect(displaced.prefix(4) == [3, 2, 12, 4])
        #expect(displaced[4] == 1 || displaced[4] == 11)
        var left: [Int] = []
        while let taken = lanes.take() { left.append(taken) }
        #expect(left.count == 4 && left.contains(20) && lanes.count == 0)
    }

    @Test func `there is room for whoever would wait, and for nobody else`() {
        var lanes = TwoLanes<Int>(limit: 4)
        for number in 0..<4 {
            #expect(lanes.hasRoom(for: HashingTurn(.stranger, from: networks[0])))
            _ = lanes.append(number, HashingTurn(.stranger, from: networks[0]))
        }
        for (number, (network, hasRoom)) in [(0, false), (1, true), (1, true), (1, false), (2, true)].enumerated() {
            let turn = HashingTurn(.stranger, from: networks[network])
            #expect(lanes.hasRoom(for: turn) == hasRoom)
            #expect((lanes.append(10 + number, turn) == 10 + number) == !hasRoom)
        }
        #expect(lanes.hasRoom(for: known))
    }

    @Test func `what still waits at the end is given back`() {
        var lanes = TwoLanes<Int>(limit: 10)
        for number in 0..<6 { _ = lanes.append(number, number.isMultiple(of: 2) ? known : stranger) }
        let first = lanes.take()
        let left = lanes.removeAll()
        #expect(first == 0 && Set(left) == [1, 2, 3, 4, 5] && lanes.count == 0)
    }
}
