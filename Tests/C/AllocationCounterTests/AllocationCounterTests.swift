import AllocationCounter
import Testing

@Suite("The allocation counter")
struct AllocationCounterTests {
  @Test("a growing array is counted")
  func growth() {
    let before = plx_allocation_count()
    var numbers: [Int] = []
    for number in 0..<10_000 { numbers.append(number) }
    #expect(numbers.count == 10_000)
    #expect(plx_allocation_count() > before)
  }
}
