import Codecs
import Market
import Recording
import Units
import VenueKit

/// The frames of one capture, split where the books are loaded and the steady stream begins.
struct Sample {
  var venue: String
  /// All frames, one behind the other; frame `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
  var bytes: [UInt8] = []
  var offsets: [Int] = [0]
  /// Frames before this one load the books.
  var firstUpdate = 0
  /// The books that came over REST, by wire symbol.
  var seeds: [(symbol: String, body: [UInt8])] = []
  /// Levels a side that the capture's subscription holds; 0 for all.
  var depth = 0

  var count: Int { offsets.count - 1 }
  var updateCount: Int { count - firstUpdate }
  var updateBytes: Int { bytes.count - offsets[firstUpdate] }

  func frame(_ index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }
}

extension Sample {
  /// Reads the frames of `paths` for which `isWanted` holds.
  ///
  /// Those up to the last for which `loads` holds load the books.
  init(
    venue: String,
    paths: [String],
    depth: Int = 0,
    isWanted: (Span<UInt8>) -> Bool,
    loads: (Span<UInt8>) -> Bool
  ) throws(RecordingError) {
    self.venue = venue
    self.depth = depth
    var reader = try MergedReader(paths.map { MergedReader.Source(path: $0) })
    while let (record, _) = try reader.next() {
      let payload = reader.payload
      switch record.kind {
      case .response:
        let address = String(copying: reader.address)
        if let symbol = bookSymbol(address) {
          seeds.append((symbol, payload.indices.map { payload[$0] }))
        }
      case .frame where isWanted(payload):
        for index in payload.indices { bytes.append(payload[index]) }
        offsets.append(bytes.count)
        if loads(payload) { firstUpdate = count }
      default: break
      }
    }
  }
}

/// The wire symbol of a Bitstamp book's address.
private func bookSymbol(_ address: String) -> String? {
  let parts = address.split(separator: "/")
  guard let index = parts.firstIndex(of: "order_book"), index + 1 < parts.count else { return nil }
  return String(parts[index + 1].prefix { $0 != "?" })
}

/// Whether `text` holds `part`.
func holds(_ text: Span<UInt8>, _ part: StaticString, within limit: Int = .max) -> Bool {
  let reader = JSONReader(text)
  for index in 0..<max(0, min(limit, text.count - part.utf8CodeUnitCount + 1))
  where reader.isNext(part, at: index) {
    return true
  }
  return false
}
