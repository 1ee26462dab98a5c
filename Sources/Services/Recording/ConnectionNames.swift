/// Numbers for the names of connections, from 0 in the order they first appear.
struct ConnectionNames {
  private var names: [[UInt8]] = []
  private var last = 0

  /// The number of `name`; nil when there are ``RecordingLimits/connections`` already.
  ///
  /// Asking for the name asked for last costs one comparison; another, a walk over all.
  mutating func number(of name: Span<UInt8>) -> Int? {
    if last < names.count {
      let known = names[last]
      if areEqual(known.span, name) { return last }
    }
    for (index, known) in names.enumerated() where areEqual(known.span, name) {
      last = index
      return index
    }
    guard names.count < RecordingLimits.connections else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.count)
    for index in 0..<name.count { bytes.append(name[index]) }
    names.append(bytes)
    last = names.count - 1
    return last
  }
}

/// The venue that a URL's host most likely belongs to: `wss://ws.bitstamp.net/` gives `bitstamp`.
///
/// The label before the last one; nil for a host of one label or an address of numbers.
func venueHint(ofURL url: Span<UInt8>) -> String? {
  let parts = text(url).split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3, parts[1].isEmpty else { return nil }
  let host = parts[2].prefix { $0 != "/" && $0 != ":" && $0 != "?" }
  let labels = host.split(separator: ".")
  guard labels.count >= 2, labels.last?.allSatisfy(\.isLetter) == true else { return nil }
  return labels[labels.count - 2].lowercased()
}
