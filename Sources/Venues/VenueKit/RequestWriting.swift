import Codecs
public import Units

extension VenueRequest {
  /// Path and query, percent-encoded, as it goes on the request line.
  public var target: String {
    query.isEmpty ? path : path + "?" + VenueRequest.encoded(query)
  }

  /// The body's bytes, fields in the order given.
  public var bodyText: String {
    switch body {
    case .none: ""
    case .form(let fields): VenueRequest.encoded(fields)
    case .json(let fields): VenueRequest.json(fields)
    }
  }

  /// `name=value&name=value`, each part percent-encoded.
  public static func encoded(_ fields: [Field]) -> String {
    PercentEncoding.form(fields.map { (name: $0.name, value: $0.value) })
  }

  /// One object whose values are JSON text already.
  public static func json(_ fields: [Field]) -> String {
    let members = fields.map { jsonString($0.name) + ":" + $0.value }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// Text as a JSON string, quotes included.
  public static func jsonString(_ text: String) -> String {
    var json = JSONWriter()
    json.string(text)
    return json.text
  }
}

extension Timestamp {
  /// RFC 3339 in UTC with three fraction digits, cut off: never later than the time itself.
  public var millisecondText: String { description.dropLast(7) + "Z" }
}
