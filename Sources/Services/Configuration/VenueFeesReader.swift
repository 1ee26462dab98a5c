import Units

/// Reads the section of one venue.
struct VenueFeesReader {
  private static let mostTiers = 32
  private static let mostExceptions = 64
  private static let mostInstruments = 1_024
  /// Fees in percent, from a rebate of one.
  ///
  /// No venue charges five, and basis points given for percent fall outside.
  private static let feeRange = -1...5

  var venue: String
  /// What the venue has when the section does not say otherwise.
  var known: VenueFees?

  func read(_ field: Field, _ problems: inout Problems) -> VenueFees? {
    let keys = ["read", "source", "certainty", "tier", "tiers", "exceptions"]
    guard let section = field.section(keys: keys, &problems) else { return nil }

    let givesTiers = section["tiers"] != nil || known == nil
    guard givesTiers else {
      for key in ["read", "source", "certainty", "exceptions"] where section[key] != nil {
        section[key]?.note("is only read together with \"tiers\"", &problems)
      }
      let tier = section.required("tier", &problems)
      guard let known, let tier else { return nil }
      let selected = select(tier, from: known.tiers, &problems)
      return selected.map { known.selecting($0) }
    }

    let date = section.required("read", &problems)?.date(&problems)
    let source = section.required("source", &problems)?.text(&problems)
    let certainty = section.required("certainty", &problems)?
      .choice(of: Certainty.self, &problems)
    let tiers = section.required("tiers", &problems).flatMap { readTiers($0, &problems) }
    let tier = section.required("tier", &problems)
    let exceptions = readExceptions(section["exceptions"], &problems)
    guard let tiers, let tier, let selected = select(tier, from: tiers, &problems),
      let date, let source, let certainty, let exceptions
    else { return nil }
    return VenueFees(
      venue: venue,
      read: date,
      source: source,
      certainty: certainty,
      tiers: tiers,
      selected: selected,
      exceptions: exceptions
    ).selecting(selected)
  }

  private func readTiers(_ field: Field, _ problems: inout Problems) -> [FeeTier]? {
    guard let elements = field.list(limit: VenueFeesReader.mostTiers, &problems) else { return nil }
    guard !elements.isEmpty else {
      field.note("has no tier; a venue has at least one, of volume 0", &problems)
      return nil
    }
    var tiers: [FeeTier] = []
    for element in elements {
      let keys = ["volume", "maker", "taker"]
      guard let section = element.section(keys: keys, &problems) else { continue }
      let volume = section.required("volume", &problems)
      let cents = volume.flatMap { readVolume($0, &problems) }
      let maker = section.required("maker", &problems)?
        .percentage(in: VenueFeesReader.feeRange, &problems)
      let taker = section.required("taker", &problems)?
        .percentage(in: VenueFeesReader.feeRange, &problems)
      guard let volume, let cents, let maker, let taker else { continue }
      if tiers.isEmpty, cents != .zero {
        volume.note("the first tier starts at a volume of 0", &problems)
      }
      if let last = tiers.last, cents <= last.volume {
        volume.note("is not above the tier before it", &problems)
      }
      tiers.append(FeeTier(volume: cents, maker: maker, taker: taker))
    }
    return tiers.count == elements.count ? tiers : nil
  }

  private func readVolume(_ field: Field, _ problems: inout Problems) -> Notional? {
    let rule = Rule("an amount of US dollars", example: "10000")
    let amount = field.decimal(as: rule, &problems) {
      $0.significand >= 0 && $0.inSteps(decimals: 2) != nil
    }
    return amount?.inSteps(decimals: 2).map { Notional(raw: $0) }
  }

  /// The tier of `tiers` that starts at exactly the volume given.
  private func select(
    _ field: Field,
    from tiers: [FeeTier],
    _ problems: inout Problems
  ) -> FeeTier? {
    guard let volume = readVolume(field, &problems) else { return nil }
    if let tier = tiers.first(where: { $0.volume == volume }) { return tier }
    let choices = tiers.map { $0.volume.text(decimals: 2) }.joined(separator: ", ")
    field.note("no tier starts at that volume; choose from \(choices)", &problems)
    return nil
  }

  private func readExceptions(
    _ field: Field?,
    _ problems: inout Problems
  ) -> [VenueFees.Exception]? {
    guard let field else { return [] }
    guard let elements = field.list(limit: VenueFeesReader.mostExceptions, &problems) else {
      return nil
    }
    var exceptions: [VenueFees.Exception] = []
    var places: [String: Field] = [:]
    for element in elements {
      let keys = ["instruments", "source", "certainty", "tiers"]
      guard let section = element.section(keys: keys, &problems) else { continue }
      let fields = section.required("instruments", &problems)?
        .list(limit: VenueFeesReader.mostInstruments, &problems)
      let names = fields?.compactMap { readInstrument($0, &places, &problems) }
      let source = section.required("source", &problems)?.text(&problems)
      let certainty = section.required("certainty", &problems)?
        .choice(of: Certainty.self, &problems)
      let tiers = section.required("tiers", &problems).flatMap { readTiers($0, &problems) }
      guard let names, let source, let certainty, let tiers, let first = tiers.first else {
        continue
      }
      exceptions.append(
        VenueFees.Exception(
          instruments: names,
          source: source,
          certainty: certainty,
          tiers: tiers,
          selected: first
        )
      )
    }
    return exceptions.count == elements.count ? exceptions : nil
  }

  private func readInstrument(
    _ field: Field,
    _ places: inout [String: Field],
    _ problems: inout Problems
  ) -> String? {
    let rule = Rule("an instrument as BASE/QUOTE", example: "USDC/USD")
    guard let name = field.text(as: rule, &problems) else { return nil }
    let halves = name.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty }) else {
      field.refuse(rule, &problems)
      return nil
    }
    if let first = places[name] {
      field.note("is given twice, first on line \(first.node.position.line)", &problems)
      return nil
    }
    places[name] = field
    return name
  }
}

extension VenueFees {
  /// The same fees for an account of another tier; exceptions follow by volume.
  fileprivate func selecting(_ tier: FeeTier) -> VenueFees {
    VenueFees(
      venue: venue,
      read: read,
      source: source,
      certainty: certainty,
      tiers: tiers,
      selected: tier,
      exceptions: exceptions.map { exception in
        Exception(
          instruments: exception.instruments,
          source: exception.source,
          certainty: exception.certainty,
          tiers: exception.tiers,
          selected: exception.tiers.last { $0.volume <= tier.volume } ?? exception.selected
        )
      }
    )
  }
}
