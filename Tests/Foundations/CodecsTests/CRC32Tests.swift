import Reactor
import Codecs
import Market
import TestSupport
import Testing

@Suite("CRC-32")
struct CRC32Tests {
  /// CRC-32 bit by bit, as the polynomial's definition has it.
  private static func reference(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
      }
    }
  }

  private static func checksum(_ bytes: some Sequence<UInt8>, after crc: UInt32 = 0) -> UInt32 {
    let copy = Array(bytes)
    return CRC32.shared.checksum(copy.span, after: crc)
  }

  @Test("the check value of the catalogues")
  func checkValue() {
    #expect(Self.checksum("123456789".utf8) == 0xCBF4_3926)
    #expect(Self.checksum([]) == 0)
  }

  @Test("agrees with its definition, read at once or in two parts")
  func definition() {
    var random = SeededGenerator(seed: 1)
    for count in 0..<200 {
      let bytes = random.bytes(count)
      let whole = Self.reference(bytes)
      #expect(Self.checksum(bytes) == whole)
      let cut = Int.random(in: 0...count, using: &random)
      let first = Self.checksum(bytes[..<cut])
      #expect(Self.checksum(bytes[cut...], after: first) == whole)
    }
  }

  @Test(
    "a CRC is combined of its parts without reading them again",
    arguments: 0...63 as ClosedRange
  )
  func combination(_ count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    for _ in 0..<20 {
      let before = random.bytes(Int.random(in: 0...40, using: &random))
      let digits = random.bytes(count)
      let part = LevelDigits(crc: Self.checksum(digits), count: UInt32(count))
      let combined = CRC32.shared.appending(part, to: Self.checksum(before))
      #expect(combined == Self.reference(before + digits))
    }
  }

  private static func digits(_ price: String, _ quantity: String) throws -> LevelDigits? {
    try withReader(price + quantity) { reader in
      reader.digits(
        of: TextRange(start: 0, count: price.utf8.count),
        and: TextRange(start: price.utf8.count, count: quantity.utf8.count),
        using: .shared
      )
    }
  }

  private static func expected(_ digits: String) -> LevelDigits {
    LevelDigits(crc: reference(Array(digits.utf8)), count: UInt32(digits.utf8.count))
  }

  @Test(
    "the digits of a level: points and leading zeros out, trailing zeros in",
    arguments: [
      ("0.05005", "0.00000500", "5005500"), ("45283.5", "0.10000000", "45283510000000"),
      ("0", "0.0", ""), ("10", "0100", "10100"), ("", "", ""),
    ]
  )
  func digits(_ price: String, _ quantity: String, _ digits: String) throws {
    #expect(try Self.digits(price, quantity) == Self.expected(digits))
  }

  @Test("a book's checksum is that of its digits in a row", arguments: 0..<10 as Range<UInt64>)
  func book(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func number() -> String {
      let whole = Int.random(in: 0...99_999, using: &random)
      let fraction = random.next() % 100_000
      return "\(whole).\(fraction)"
    }
    var crc: UInt32 = 0
    var text = ""
    for _ in 0..<20 {
      let (price, quantity) = (number(), number())
      let level = try #require(try Self.digits(price, quantity))
      crc = CRC32.shared.appending(level, to: crc)
      for number in [price, quantity] { text += number.filter { $0 != "." }.drop { $0 == "0" } }
    }
    #expect(crc == Self.reference(Array(text.utf8)), "\(text)")
  }

  @Test("sixty-three digits are combined, and one more is refused")
  func manyDigits() throws {
    let nines = String(repeating: "9", count: 31)
    #expect(try Self.digits(nines + "1", nines) == Self.expected(nines + "1" + nines))
    #expect(try Self.digits(nines + "1", nines + "1") == nil)
    #expect(try Self.digits("0000" + nines + "1", "0." + nines)?.count == 63)
  }

  @Test("digits end with the frame, whatever the range says")
  func beyondTheFrame() throws {
    let found = try withReader("12") { reader in
      reader.digits(
        of: TextRange(start: 0, count: 9),
        and: TextRange(start: 5, count: 9),
        using: .shared
      )
    }
    #expect(found == Self.expected("12"))
  }
}
