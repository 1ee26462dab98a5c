import BitstampVenue
import Codecs
import Market
import Testing
import VenueKit

@testable import VenueTesting

@Suite("A bench for adapters")
struct VenueBenchTests {
  private let bench = VenueBench(Bitstamp(), [("btcusd", "BTC/USD")])
  private let frame = #"{"event":"bts:heartbeat"}"#

  @Test("a caret marks a place and is not part of the frame")
  func caret() {
    let (error, offset) = bench.refusal(marked: #"{"event":^5}"#)
    #expect(offset == 9 && error?.offset == 9)
    #expect(bench.refusal(marked: frame).error == nil)
  }

  @Test("cuts that are read are counted")
  func cuts() {
    #expect(bench.acceptedCuts(of: frame) == 0)
    #expect(bench.acceptedCuts(of: frame + "  ") == 2)
  }

  @Test("levels as words")
  func levels() throws {
    let body = #"{"microtimestamp":"1","bids":[["1.50","2"]],"asks":[]}"#
    #expect(try bench.book(body, of: "btcusd").levelTexts == ["bid 1.5 2"])
    #expect(bench.words(2, 7, of: frame) == "event")
  }
}
