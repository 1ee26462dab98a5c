public import Codecs
import VenueKit

/// One entry of a list that others recorded: what it is called, and its JSON as it stands.
public struct RecordedText: Hashable, Sendable {
  public var name: String
  public var text: String
}

/// The entries of a list of objects, by the members that hold their name and their text.
///
/// Gocryptotrader's recordings have `path` and `data`, hummingbot's shapes `shape_of` and `value`.
public func recordedTexts(
  in list: [UInt8],
  name: String,
  text: String
) throws(WireError) -> [RecordedText] {
  var reader = JSONReader(list.span)
  var texts: [RecordedText] = []
  try reader.beginArray()
  var isFirst = true
  while try reader.nextElement(&isFirst) {
    let members = try reader.members()
    let end = reader.offset
    if let label = try reader.text(at: members[name]), let start = members[text] {
      reader.offset = start
      try reader.skipValue()
      let bytes = list[start..<reader.offset]
      texts.append(RecordedText(name: label, text: String(decoding: bytes, as: UTF8.self)))
    }
    reader.offset = end
  }
  return texts
}
