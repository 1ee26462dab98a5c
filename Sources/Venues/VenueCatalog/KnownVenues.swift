import BitstampVenue
import CoinbaseVenue
import GeminiVenue
import KrakenVenue
public import Market
public import VenueKit

/// Every venue that Parallax speaks, each named in this one place.
///
/// An adapter is held as `any Venue`: one indirect call a frame, which costs a few nanoseconds, and
/// everything within the frame is the adapter's own code.
public enum KnownVenues {
  /// In the order of their names.
  public static let all: [any Venue] = [Bitstamp(), Coinbase(), Gemini(), Kraken()]

  /// The names, in order.
  public static var names: [String] { all.map { type(of: $0).id.rawValue } }

  /// The venue of this name, whatever its case.
  public static func venue(named name: String) -> (any Venue)? {
    let name = name.lowercased()
    return all.first { type(of: $0).id.rawValue == name }
  }

  /// The venue that a recording's own words point to: its name, or a host or URL of its.
  public static func venue(hint: String) -> (any Venue)? {
    if let venue = venue(named: hint) { return venue }
    let site = site(of: hint.lowercased())
    return all.first {
      let capabilities = type(of: $0).capabilities
      return site == self.site(of: capabilities.socket)
        || site == self.site(of: capabilities.instrumentList)
    }
  }

  /// The last two labels of a URL's host: `kraken.com`.
  private static func site(of address: String) -> String {
    let host = address.split(separator: "://").last ?? ""
    let name = host.prefix { !"/:?".contains($0) }
    return name.split(separator: ".").suffix(2).joined(separator: ".")
  }
}

extension Venue {
  /// The venue's name.
  public var id: VenueID { Self.id }

  public var capabilities: Capabilities { Self.capabilities }
}
