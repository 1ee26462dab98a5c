import Foundation
import Testing
import Units

@testable import Configuration

private func changed(by text: String) throws(ConfigurationErrors) -> FeeConfiguration {
  try FeeConfiguration.load(path: nil).changed(by: Document(Array(text.utf8), file: "f"))
}

private func complaints(_ text: String) -> [String] {
  do throws(ConfigurationErrors) {
    _ = try changed(by: text)
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

@Suite("The fee configuration")
struct FeeConfigurationTests {
  @Test("every venue of this release has built-in fees")
  func builtIn() throws {
    let fees = try FeeConfiguration.load(path: nil)
    #expect(fees.venues.map(\.venue) == ["kraken", "coinbase", "gemini", "bitstamp"])
    for venue in fees.venues {
      #expect(venue.selected == venue.tiers[0], "\(venue.venue) assumes the dearest tier")
      #expect(!venue.source.isEmpty)
      for (lower, higher) in zip(venue.tiers, venue.tiers.dropFirst()) {
        #expect(higher.taker <= lower.taker && higher.maker <= lower.maker, "\(venue.venue)")
      }
    }
    let kraken = try #require(fees["kraken"])
    #expect(kraken.read.description == "2025-11-11" && kraken.certainty == .recorded)
    #expect(kraken.selected.taker == Rate(raw: 400_000))
    #expect(kraken.selected.maker == Rate(raw: 250_000))
    #expect(kraken.tiers.last?.volume == Notional(raw: 1_000_000_000))
    #expect(fees["nowhere"] == nil)
  }

  @Test("the program carries the file that the repository holds")
  func embedded() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/Services/Configuration/Resources/fees.yaml")
    #expect(try Data(contentsOf: root) == Data(PackageResources.fees_yaml))
  }

  @Test("an exception holds for its instruments alone, at the account's volume")
  func exceptions() throws {
    let fees = try changed(by: "fees: {kraken: {tier: 250000}}")
    let kraken = try #require(fees["kraken"])
    #expect(kraken.selected.taker == Rate(raw: 200_000))
    #expect(kraken.tier(for: "BTC/USD") == kraken.selected)
    #expect(kraken.tier(for: "USDC/USD").taker == Rate(raw: 80_000))

    let dearest = try #require(try FeeConfiguration.load(path: nil)["kraken"])
    #expect(dearest.tier(for: "USDC/USD").taker == Rate(raw: 200_000))
    // A volume between two tiers of the exception belongs to the lower.
    let between = try #require(try changed(by: "fees: {kraken: {tier: 10000}}")["kraken"])
    #expect(between.tier(for: "USDC/USD").taker == Rate(raw: 200_000))
  }

  @Test("a tier alone chooses from the built-in ones; the rest stays")
  func tierAlone() throws {
    let before = try FeeConfiguration.load(path: nil)
    let after = try changed(by: "fees:\n  gemini:\n    tier: 100000\n")
    #expect(after["gemini"]?.selected.taker == Rate(raw: 200_000))
    #expect(after["gemini"]?.tiers == before["gemini"]?.tiers)
    #expect(after["kraken"] == before["kraken"])
    #expect(
      complaints("fees:\n  coinbase:\n    tier: 7\n")
        == ["f:3:11: fees.coinbase.tier: no tier starts at that volume; choose from 0"]
    )
  }

  @Test("new tiers come with the day and place they were read")
  func newTiers() throws {
    let text = """
      fees:
        bitstamp:
          read: 2026-10-01
          source: own account
          certainty: recorded
          tier: 10000.50
          tiers:
            - {volume: 0, maker: 0.3, taker: 0.4}
            - {volume: 10000.50, maker: -0.005, taker: 0.0125}
      """
    let bitstamp = try #require(try changed(by: text)["bitstamp"])
    #expect(bitstamp.selected.volume == Notional(raw: 1_000_050))
    #expect(bitstamp.selected.maker == Rate(raw: -5_000))
    #expect(bitstamp.selected.taker == Rate(raw: 12_500))
    #expect(bitstamp.exceptions == [])

    let bare = "fees:\n  bitstamp:\n    tiers: [{volume: 0, maker: 0, taker: 0}]\n"
    #expect(
      complaints(bare)
        == ["read", "source", "certainty", "tier"].map {
          "f:3:5: fees.bitstamp: the key \"\($0)\" is missing"
        }
    )
  }

  @Test("every mistake is told, in the order of the file")
  func mistakes() {
    let text = """
      fees:
        krakn: {tier: 0}
        kraken:
          read: yesterday
          source: ""
          certainty: recordd
          tier: 20000
          tiers:
            - {volume: 5, maker: 25, taker: 0.4}
            - {volume: 0, maker: 0.1, taker: 0.2}
            - {volume: 100, maker: 0.1, takr: 0.2}
            - {volume: -1, maker: 0.1, taker: 0.1}
          exceptions:
            - instruments: [USDCUSD, DAI/USD, DAI/USD]
              source: x
              certainty: recorded
              tiers: []
        gemini: {source: x, tier: 0}
        bitstamp:
      """
    #expect(
      complaints(text) == [
        "f:2:3: fees: unknown key \"krakn\"; did you mean \"kraken\"?",
        "f:4:11: fees.kraken.read: \"yesterday\" is not a date (example: 2026-08-09)",
        "f:5:13: fees.kraken.source: \"\" is not text (example: kraken)",
        "f:6:16: fees.kraken.certainty: \"recordd\" is not one of recorded, documented, "
          + "unconfirmed (example: recorded)",
        "f:9:28: fees.kraken.tiers[0].maker: \"25\" is not a percentage from -1 to 5 "
          + "(example: 0.25)",
        "f:11:9: fees.kraken.tiers[2]: the key \"taker\" is missing",
        "f:11:35: fees.kraken.tiers[2]: unknown key \"takr\"; did you mean \"taker\"?",
        "f:12:18: fees.kraken.tiers[3].volume: \"-1\" is not an amount of US dollars "
          + "(example: 10000)",
        "f:14:23: fees.kraken.exceptions[0].instruments[0]: \"USDCUSD\" is not an instrument "
          + "as BASE/QUOTE (example: USDC/USD)",
        "f:14:41: fees.kraken.exceptions[0].instruments[2]: is given twice, first on line 14",
        "f:17:16: fees.kraken.exceptions[0].tiers: has no tier; a venue has at least one, "
          + "of volume 0",
        "f:18:20: fees.gemini.source: is only read together with \"tiers\"",
        "f:19:12: fees.bitstamp: nothing is not a map (example: read: …)",
      ]
    )
  }

  @Test("tiers rise from a volume of zero")
  func risingTiers() {
    let head = "fees:\n  gemini:\n    read: 2026-10-01\n    source: x\n    certainty: recorded\n"
    #expect(
      complaints(head + "    tier: 5\n    tiers: [{volume: 5, maker: 0, taker: 0}]\n")
        == ["f:7:22: fees.gemini.tiers[0].volume: the first tier starts at a volume of 0"]
    )
    let tiers = "[{volume: 0, maker: 0, taker: 0}, {volume: 0, maker: 0, taker: 0}]"
    #expect(
      complaints(head + "    tier: 0\n    tiers: \(tiers)\n")
        == ["f:7:55: fees.gemini.tiers[1].volume: is not above the tier before it"]
    )
    let steps = (0...32).map { "{volume: \($0), maker: 0, taker: 0}" }.joined(separator: ", ")
    #expect(
      complaints(head + "    tier: 0\n    tiers: [\(steps)]\n")
        == ["f:7:12: fees.gemini.tiers: has 33 elements, 32 at most are allowed"]
    )
  }

  @Test("a file that is not a map of fees is refused", arguments: ["", "[]", "kraken: {tier: 0}"])
  func otherShapes(_ text: String) {
    #expect(!complaints(text).isEmpty)
  }

  @Test("a file is read from disk, and the reason when it cannot be is the system's")
  func files() throws {
    let path = NSTemporaryDirectory() + "parallax-fees-\(UUID().uuidString).yaml"
    let missing = #expect(throws: ConfigurationErrors.self) {
      try FeeConfiguration.load(path: path)
    }
    #expect(missing?.description == "\(path): cannot be read: No such file or directory")

    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("fees: {gemini: {tier: 50000}}".utf8).write(to: URL(filePath: path))
    #expect(try FeeConfiguration.load(path: path)["gemini"]?.selected.volume.raw == 5_000_000)

    try Data(repeating: 0x23, count: 3 << 20).write(to: URL(filePath: path))
    let large = #expect(throws: ConfigurationErrors.self) {
      try FeeConfiguration.load(path: path)
    }
    #expect(large?.description == "\(path): is larger than 1048576 bytes")
    #expect(throws: ConfigurationErrors.self) {
      try FeeConfiguration.load(path: NSTemporaryDirectory())
    }
  }
}
