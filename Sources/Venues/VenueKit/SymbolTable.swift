public import Codecs
public import Market

/// Finds the instrument of a wire symbol in the middle of a frame, without allocating.
///
/// One table serves one venue. Open addressing over packed text; at most half full.
public struct SymbolTable: Sendable {
  /// What a decoder needs to know of an instrument.
  @frozen
  public struct Entry: Sendable {
    public var instrument: InstrumentID
    /// Decimal places of its quantities.
    public var quantityDecimals: Int32
  }

  @usableFromInline
  struct Slot: Sendable {
    @usableFromInline var text: PackedText
    @usableFromInline var entry: Entry
  }

  @usableFromInline private(set) var slots: [Slot?] = Array(repeating: nil, count: 16)
  @usableFromInline private(set) var mask: UInt64 = 15
  public private(set) var count = 0

  /// The instruments whole, for frames and answers about our account: those are rare.
  private var instruments: [String: Instrument] = [:]

  /// Whether a decoder may stop at a symbol that is not here, because whoever asked will add it and
  /// hand the frame over again; snapshots of megabytes are then not read twice.
  public var stopsAtUnknown = false

  public init() {}

  /// Adds or replaces a wire symbol.
  ///
  /// - Returns: false for a text that no frame can carry here: empty, or over 24 bytes.
  @discardableResult
  public mutating func insert(_ wireSymbol: String, _ instrument: Instrument) -> Bool {
    guard let text = PackedText(wireSymbol) else { return false }
    if (count + 1) * 2 > slots.count { grow() }
    let entry = Entry(
      instrument: instrument.id,
      quantityDecimals: Int32(truncatingIfNeeded: instrument.base.decimals)
    )
    put(Slot(text: text, entry: entry))
    instruments[wireSymbol] = instrument
    return true
  }

  /// The instrument of a wire symbol, with its assets.
  public func instrument(named wireSymbol: String) -> Instrument? { instruments[wireSymbol] }

  private mutating func put(_ new: Slot) {
    var index = new.text.spread & mask
    while let slot = slots[Int(index)], slot.text != new.text { index = (index &+ 1) & mask }
    if slots[Int(index)] == nil { count += 1 }
    slots[Int(index)] = new
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: nil, count: old.count * 2)
    mask = UInt64(slots.count - 1)
    count = 0
    for case let slot? in old { put(slot) }
  }

  @inlinable
  public func find(_ text: PackedText) -> Entry? {
    var index = text.spread & mask
    while let slot = slots[Int(index)] {
      if slot.text == text { return slot.entry }
      index = (index &+ 1) & mask
    }
    return nil
  }
}
