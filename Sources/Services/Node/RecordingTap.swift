import Codecs
public import Market
import Reactor
public import Recording
public import Sessions
import Synchronization
import Units

/// Records what a desk sees, on a thread of its own, so that no disk can delay the engine.
///
/// Records go through a ring of fixed size. Where the disk is slower than the market for so long
/// that the ring is full, records are left out, and ``dropped`` says how many: such a recording is
/// no longer the whole story.
public final class RecordingTap: MarketTap {
  private let ring: ByteRing
  private let shared: Shared
  private let venues: [VenueID]
  private var head: [UInt8] = []
  /// Records that found no room.
  public private(set) var dropped = 0

  /// What both threads look at.
  private final class Shared: Sendable {
    let isEnding = Atomic<Bool>(false)
    let hasEnded = Atomic<Bool>(false)
    let written = Atomic<Int>(0)
    let failure = Mutex<RecordingError?>(nil)
  }

  /// Bytes that may wait for the disk.
  public static let ringBytes = 64 << 20

  /// Starts to write below `directory`, one folder a venue.
  ///
  /// - Throws: where a venue's name cannot be a folder.
  public init(
    directory: String,
    venues: [VenueID],
    policy: RecordingWriter.Policy = .init()
  ) throws(RecordingError) {
    let ring = ByteRing(capacity: RecordingTap.ringBytes)
    let shared = Shared()
    self.ring = ring
    self.shared = shared
    self.venues = venues
    for venue in venues {
      // The writer's own check, before the thread begins.
      try RecordingWriter(directory: directory, venue: venue.rawValue, policy: policy).close()
    }
    let names = venues.map(\.rawValue)
    startThread { RecordingTap.write(ring, shared, directory, names, policy) }
  }

  /// Records that have been handed to the disk.
  public var written: Int { shared.written.load(ordering: .relaxed) }

  /// Why nothing is written any more, where that is so.
  public var failure: RecordingError? { shared.failure.withLock(\.self) }

  public func record(
    _ record: Record,
    of venue: VenueID,
    _ payload: Span<UInt8>,
    address: String
  ) {
    guard let place = venues.firstIndex(of: venue) else { return }
    head.removeAll(keepingCapacity: true)
    RecordingTap.append(UInt64(bitPattern: record.time.nanoseconds), to: &head)
    head.append(UInt8(place))
    head.append(RecordingTap.code(of: record.kind))
    head.append(UInt8(truncatingIfNeeded: record.connection))
    head.append(UInt8(truncatingIfNeeded: record.connection >> 8))
    head.append(contentsOf: address.utf8)
    if !ring.push(head.span, payload) { dropped += 1 }
  }

  /// Writes what waits, and closes the files.
  public func close() {
    shared.isEnding.store(true, ordering: .releasing)
    while !shared.hasEnded.load(ordering: .acquiring) { pause(milliseconds: 1) }
  }

  // MARK: The other thread

  private static func write(
    _ ring: ByteRing,
    _ shared: Shared,
    _ directory: String,
    _ names: [String],
    _ policy: RecordingWriter.Policy
  ) {
    defer { shared.hasEnded.store(true, ordering: .releasing) }
    do throws(RecordingError) {
      var writers = WriterSet()
      for name in names {
        writers.add(try RecordingWriter(directory: directory, venue: name, policy: policy))
      }
      var (head, payload): ([UInt8], [UInt8]) = ([], [])
      var last = Timestamp(nanoseconds: .min)
      while true {
        let isEnding = shared.isEnding.load(ordering: .acquiring)
        guard ring.take(&head, &payload) else {
          if isEnding { break }
          pause(milliseconds: 5)
          // Blocks are written by age even when nothing comes.
          if last.nanoseconds > .min {
            last = last.advanced(byNanoseconds: 5_000_000)
            try writers.advance(to: last)
          }
          continue
        }
        let record = RecordingTap.record(head)
        last = max(last, record.time)
        try writers.append(record, Int(head[8]), payload, address: head.span.extracting(12...))
        shared.written.add(1, ordering: .relaxed)
      }
      try writers.close()
    } catch {
      shared.failure.withLock { $0 = error }
    }
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
  }

  private static func record(_ head: [UInt8]) -> Record {
    var time: UInt64 = 0
    for shift in 0..<8 { time |= UInt64(head[shift]) << UInt64(8 * shift) }
    return Record(
      time: Timestamp(nanoseconds: Int64(bitPattern: time)),
      kind: kinds[Int(head[9])],
      connection: Int(head[10]) | Int(head[11]) << 8
    )
  }

  private static let kinds: [Record.Kind] = [
    .frame, .sent, .connected, .disconnected, .response,
  ]

  private static func code(of kind: Record.Kind) -> UInt8 {
    switch kind {
    case .frame: 0
    case .sent: 1
    case .connected: 2
    case .disconnected: 3
    case .response: 4
    }
  }
}

/// Writers by their places; they cannot be copied, so no array holds them.
private struct WriterSet: ~Copyable {
  private final class Box {
    var writer: RecordingWriter?
    init(_ writer: consuming RecordingWriter) { self.writer = consume writer }
  }

  private var boxes: [Box] = []

  mutating func add(_ writer: consuming RecordingWriter) { boxes.append(Box(consume writer)) }

  func append(
    _ record: Record,
    _ place: Int,
    _ payload: [UInt8],
    address: Span<UInt8>
  ) throws(RecordingError) {
    try boxes[place].writer?.append(record, payload.span, address: address)
  }

  func advance(to now: Timestamp) throws(RecordingError) {
    for box in boxes { try box.writer?.advance(to: now) }
  }

  func close() throws(RecordingError) {
    for box in boxes { try box.writer.take()?.close() }
  }
}
