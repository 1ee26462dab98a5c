import Market
import ReferenceBooks
import Units

/// The C++ yardstick with one kind of book.
@safe
final class Reference {
  enum Book: Int32 { case none = 0, map = 1, vector = 2 }

  private let handle: OpaquePointer
  private let first: Int
  private let count: Int

  init?(_ sample: Sample, book: Book) {
    let venues = ["coinbase": 0, "kraken": 1, "gemini": 2, "bitstamp": 3]
    guard let venue = venues[sample.venue],
      let handle = unsafe plx_reference_create(Int32(venue), book.rawValue, sample.depth)
    else { return nil }
    unsafe self.handle = handle
    first = sample.firstUpdate
    count = sample.updateCount
    let loaded = unsafe plx_reference_load(handle, sample.bytes, sample.offsets, sample.count)
    precondition(loaded, "the yardstick found no memory")
    for (symbol, body) in sample.seeds {
      let isSeeded = unsafe plx_reference_seed(
        handle,
        symbol,
        symbol.utf8.count,
        body,
        body.count
      )
      precondition(isSeeded, "the yardstick could not read the book of \(symbol)")
    }
  }

  deinit { unsafe plx_reference_destroy(handle) }

  /// Puts the books back to where the steady stream begins; not to be timed.
  func reset() {
    unsafe plx_reference_reset(handle)
    _ = unsafe plx_reference_run(handle, 0, first)
  }

  /// Reads and applies the frames that load the books, from empty ones.
  func loadSnapshots() { _ = unsafe plx_reference_run(handle, 0, first) }

  func empty() { unsafe plx_reference_reset(handle) }

  /// Reads and applies the steady stream.
  func run() -> UInt64 { unsafe plx_reference_run(handle, first, count) }

  var errors: UInt64 { unsafe plx_reference_counts(handle).errors }

  /// Levels of all books, those that it leaves out not counted.
  var levels: Int {
    var total = 0
    for index in 0..<(unsafe plx_reference_instrument_count(handle)) {
      let instrument = unsafe plx_reference_instrument(handle, index)
      unsafe total += instrument.bids + instrument.asks
    }
    return total
  }

  /// The digest of an instrument's book, by its wire symbol.
  func digest(of wireSymbol: String) -> UInt64? {
    for index in 0..<(unsafe plx_reference_instrument_count(handle)) {
      let instrument = unsafe plx_reference_instrument(handle, index)
      let name = unsafe String(
        decoding: UnsafeRawBufferPointer(
          start: instrument.symbol,
          count: instrument.symbol_count
        ),
        as: UTF8.self
      )
      if name == wireSymbol { return unsafe instrument.digest }
    }
    return nil
  }

  /// Reads every byte once.
  static func scan(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    unsafe bytes.withUnsafeBufferPointer { unsafe plx_memory_scan($0.baseAddress, $0.count) }
  }

  /// What one level adds to a digest, at the yardstick's scales.
  static func mix(_ side: BookSide, _ level: Level, quantityDecimals: Int) -> UInt64 {
    // The yardstick's quantities have eight decimals.
    var quantity = level.quantity.raw
    for _ in 8..<max(8, quantityDecimals) { quantity /= 10 }
    for _ in quantityDecimals..<max(8, quantityDecimals) { quantity *= 10 }
    return plx_reference_mix_level(Int32(side.rawValue), level.price.raw, quantity)
  }
}
