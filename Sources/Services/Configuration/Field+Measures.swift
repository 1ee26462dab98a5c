public import Units

// Values of settings that carry a unit in their key's name.
extension Field {
  /// `true` or `false`.
  public func boolean(_ problems: inout Problems) -> Bool? {
    let words = ["true": true, "false": false]
    if case .scalar(let text, isPlain: true) = node.content, let value = words[text] {
      return value
    }
    refuse(Rule("true or false", example: "true"), &problems)
    return nil
  }

  /// A whole number of milliseconds, as nanoseconds.
  public func milliseconds(in range: ClosedRange<Int>, _ problems: inout Problems) -> Int64? {
    integer(in: range, &problems).map { Int64($0) * 1_000_000 }
  }

  /// Basis points with at most four decimals, from 0 to `limit`.
  public func basisPoints(upTo limit: Int, _ problems: inout Problems) -> Rate? {
    let rule = Rule("basis points from 0 to \(limit)", example: "12.5")
    let steps = Int128(Rate.one / 10_000)
    let value = decimal(as: rule, &problems) {
      guard let raw = $0.inSteps(decimals: 4) else { return false }
      return (0...Int128(limit) * steps).contains(raw)
    }
    return value?.inSteps(decimals: 4).flatMap { Int64(exactly: $0) }.map { Rate(raw: $0) }
  }

  /// An amount above zero with at most 18 decimals.
  public func amount(_ problems: inout Problems) -> ExactDecimal? {
    decimal(as: Rule("an amount above 0", example: "10000"), &problems) {
      $0.significand > 0 && $0.decimals <= 18
    }
  }

  /// A map whose keys are the operator's own, with at most `limit` entries.
  public func entries(limit: Int, _ problems: inout Problems) -> [(key: String, value: Field)]? {
    guard case .mapping(let entries) = node.content else {
      refuse(Rule("a map", example: "USD: 10000"), &problems)
      return nil
    }
    guard entries.count <= limit else {
      note("has \(entries.count) entries, \(limit) at most are allowed", &problems)
      return nil
    }
    return entries.map { ($0.key, Field($0.value, path: "\(path).\($0.key)")) }
  }
}
