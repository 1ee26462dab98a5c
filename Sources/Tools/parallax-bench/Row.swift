import Codecs

/// One line of the result.
struct Row {
  var name: String
  /// What one operation is: `ns/frame`, `ns/level`, `ns/update`.
  var unit: String
  var fastest: Double
  var median: Double
  /// The row that was timed right beside, turn about.
  var against: String?
  /// The median of the ratios to it, pair by pair.
  var ratio: Double?
  /// Calls of the allocator per operation.
  var allocations: Double?
  /// Bytes per operation, for a rate.
  var bytes: Double?

  init(_ name: String, _ unit: String, _ times: Times) {
    self.name = name
    self.unit = unit
    fastest = times.fastest
    median = times.median
  }

  /// Figures of which the lowest is the best.
  init(_ name: String, _ unit: String, _ values: [Double]) {
    self.name = name
    self.unit = unit
    fastest = values.min() ?? 0
    median = middle(values)
  }

  /// Figures of which the highest is the best.
  init(_ name: String, _ unit: String, highest values: [Double]) {
    self.init(name, unit, values)
    fastest = values.max() ?? 0
  }

  func against(_ name: String, _ ratio: Double) -> Row {
    var row = self
    row.against = name
    row.ratio = ratio
    return row
  }

  func counting(_ allocations: Double) -> Row {
    var row = self
    row.allocations = allocations
    return row
  }

  func over(_ bytes: Double) -> Row {
    var row = self
    row.bytes = bytes
    return row
  }

  var json: String {
    var json = JSONWriter()
    json.object {
      $0.field("name", name)
      $0.field("unit", unit)
      $0.field("fastest", fastest, decimals: 2)
      $0.field("median", median, decimals: 2)
      $0.field("against", against)
      $0.key("ratio")
      if let ratio { $0.number(ratio, decimals: 3) } else { $0.null() }
      if let allocations { $0.field("allocations", allocations, decimals: 4) }
      if let bytes { $0.field("bytes", bytes, decimals: 1) }
    }
    return json.text
  }
}
