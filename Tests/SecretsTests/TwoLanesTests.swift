import Secrets
import Testing

@Suite struct TwoLanesTests {
    @Test func `a storm of strangers takes one turn in five from those who are known`() {
        var lanes = TwoLanes<Character>(limit: 100)
        for _ in 0..<100 { _ = lanes.append("s", .stranger) }
        for _ in 0..<8 { _ = lanes.append("k", .known) }
        let order = String((0..<12).compactMap { _ in lanes.take() })
        #expect(order == "kkkkskkkksss")
    }

    @Test func `a full lane leaves the other its room`() {
        var lanes = TwoLanes<Int>(limit: 3)
        let strangers = (0..<5).map { lanes.append($0, .stranger) }
        #expect(strangers == [true, true, true, false, false])
        let isTaken = lanes.append(9, .known)
        #expect(isTaken && lanes.count == 4)
        let first = lanes.take()
        #expect(first == 9)
    }

    @Test func `each lane is worked off in the order in which its jobs came, however many they are`() {
        var lanes = TwoLanes<Int>(limit: 1_000)
        var seen: [Int] = []
        for number in 0..<1_000 {
            _ = lanes.append(number, .known)
            if number.isMultiple(of: 3), let taken = lanes.take() { seen.append(taken) }
        }
        while let taken = lanes.take() { seen.append(taken) }
        #expect(seen == Array(0..<1_000))
    }

    @Test func `what still waits at the end is given back`() {
        var lanes = TwoLanes<Int>(limit: 10)
        for number in 0..<6 { _ = lanes.append(number, number.isMultiple(of: 2) ? .known : .stranger) }
        let first = lanes.take()
        let left = lanes.removeAll()
        #expect(first == 0 && Set(left) == [1, 2, 3, 4, 5] && lanes.count == 0)
    }
}
