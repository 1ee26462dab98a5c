import Market
import VenueKit

/// The rows of one venue: each of our ways beside the yardstick's, on the same frames, turn about.
struct VenueRows<V: Venue> {
  let sample: Sample
  /// An adapter without what a checksum needs, and one with it.
  let plain: V
  let verifying: V
  let repetitions: Int

  func rows() -> [Row] {
    guard let decoder = Reference(sample, book: .none), let map = Reference(sample, book: .map),
      let vector = Reference(sample, book: .vector)
    else { return [] }
    let clock = ProcessorClock()
    let count = sample.updateCount
    let updates = sample.bytes[sample.offsets[sample.firstUpdate]...]
    var feed = Feed(sample, plain)
    var verified = Feed(sample, verifying, verifiesChecksums: true)
    var scan = Times()
    var decode = Times()
    var simdjson = Times()
    var book = Times()
    var mapped = Times()
    var sorted = Times()
    var checked = Times()
    var sum: UInt64 = 0
    for _ in 0..<repetitions {
      scan.add(clock.measure { sum &+= Reference.scan(updates) }, per: count)
      decode.add(clock.measure { sum &+= UInt64(feed.decodeUpdates()) }, per: count)
      simdjson.add(clock.measure { sum &+= decoder.run() }, per: count)
      feed.reset()
      book.add(clock.measure { feed.applyUpdates() }, per: count)
      map.reset()
      mapped.add(clock.measure { sum &+= map.run() }, per: count)
      vector.reset()
      sorted.add(clock.measure { sum &+= vector.run() }, per: count)
      verified.reset()
      checked.add(clock.measure { verified.applyUpdates() }, per: count)
    }
    precondition(
      sum != 0 && decoder.errors == 0 && map.errors == 0,
      "the yardstick read all frames"
    )
    requireEqualBooks(feed, map)
    requireEqualBooks(feed, vector)

    let decoding = allocations { _ = feed.decodeUpdates() }
    feed.reset()
    let applying = allocations { feed.applyUpdates() }
    let perFrame = { (count: Int) in Double(count) / Double(sample.updateCount) }
    let bytes = Double(sample.updateBytes) / Double(count)
    let venue = sample.venue
    let isMap = mapped.median <= sorted.median
    let best = isMap ? mapped : sorted
    var rows = [
      Row("scan/\(venue)", "ns/frame", scan).over(bytes),
      Row("simdjson/\(venue)", "ns/frame", simdjson).over(bytes)
        .against("scan/\(venue)", simdjson.ratio(to: scan)),
      Row("decode/\(venue)", "ns/frame", decode).over(bytes)
        .against("simdjson/\(venue)", decode.ratio(to: simdjson)).counting(perFrame(decoding)),
      Row("cpp-map/\(venue)", "ns/frame", mapped),
      Row("cpp-vector/\(venue)", "ns/frame", sorted),
      Row("cpp/\(venue)", "ns/frame", best)
        .against(isMap ? "cpp-map/\(venue)" : "cpp-vector/\(venue)", 1),
      Row("book/\(venue)", "ns/frame", book).over(bytes)
        .against("cpp/\(venue)", book.ratio(to: best)).counting(perFrame(applying)),
    ]
    if V.capabilities.integrity == .checksum {
      rows.append(
        Row("crc32/\(venue)", "ns/frame", checked)
          .against("book/\(venue)", checked.ratio(to: book))
      )
    }
    if sample.firstUpdate > 0 { rows += snapshotRows(&feed, map, clock) }
    return rows
  }

  /// Loading the books from the frames that hold them whole.
  private func snapshotRows(
    _ feed: inout Feed<V>,
    _ map: Reference,
    _ clock: ProcessorClock
  ) -> [Row] {
    var ours = Times()
    var theirs = Times()
    feed.loadSnapshots()
    let levels = max(1, feed.levelCount)
    for _ in 0..<max(5, repetitions / 6) {
      ours.add(clock.measure { feed.loadSnapshots() }, per: levels)
      map.empty()
      theirs.add(clock.measure { map.loadSnapshots() }, per: levels)
    }
    let venue = sample.venue
    return [
      Row("cpp-snapshot/\(venue)", "ns/level", theirs),
      Row("snapshot/\(venue)", "ns/level", ours)
        .against("cpp-snapshot/\(venue)", ours.ratio(to: theirs)),
    ]
  }

  /// A figure is only worth something for equal work.
  private func requireEqualBooks(_ feed: Feed<V>, _ reference: Reference) {
    for (name, digest) in feed.digests {
      precondition(
        reference.digest(of: name) == digest,
        "the yardstick's book of \(name) is another"
      )
    }
  }
}
