import Synchronization
import Testing

@testable import Reactor

@Suite("Ring of bytes")
struct ByteRingTests {
  @Test("messages come out as they went in, around the end of the buffer, too")
  func wraps() {
    let ring = ByteRing(capacity: 64)
    var random = SeededGenerator(seed: 5)
    var (first, second): ([UInt8], [UInt8]) = ([], [])
    #expect(!ring.take(&first, &second))
    for _ in 0..<1_000 {
      let one = (0..<Int.random(in: 0...20, using: &random)).map { UInt8($0) }
      let two = (0..<Int.random(in: 0...20, using: &random)).map { UInt8($0 + 100) }
      let isTaken = ring.push(one.span, two.span)
      #expect(isTaken)
      #expect(ring.backlog == 8 + one.count + two.count)
      #expect(ring.take(&first, &second))
      #expect(first == one)
      #expect(second == two)
    }
    #expect(ring.backlog == 0)
  }

  @Test("a full ring refuses whole messages, and takes again when there is room")
  func full() {
    let ring = ByteRing(capacity: 64)
    let message = [UInt8](repeating: 7, count: 24)
    var (first, second): ([UInt8], [UInt8]) = ([], [])
    let isTaken = (0..<3).map { _ in ring.push(message.span) }
    #expect(isTaken == [true, true, false])
    #expect(ring.take(&first, &second))
    let again = ring.push(message.span)
    #expect(again)
    let long = [UInt8](repeating: 0, count: 100)
    let never = ring.push(long.span)
    #expect(!never)
  }

  @Test("a writer and a reader on two threads lose and mix up nothing")
  func threads() async {
    let ring = ByteRing(capacity: 1_024)
    let count = 50_000
    async let sum: Int = Task.detached {
      var (first, second): ([UInt8], [UInt8]) = ([], [])
      var (received, sum) = (0, 0)
      while received < count {
        guard ring.take(&first, &second) else {
          await Task.yield()
          continue
        }
        #expect(first.count == received % 50)
        #expect(first.allSatisfy { Int($0) == received % 251 })
        received += 1
        sum += first.count
      }
      return sum
    }.value
    var sent = 0
    while sent < count {
      let message = [UInt8](repeating: UInt8(sent % 251), count: sent % 50)
      if ring.push(message.span) { sent += 1 } else { await Task.yield() }
    }
    #expect(await sum == (0..<count).reduce(0) { $0 + $1 % 50 })
  }
}
