extension DepthProfile {
  /// The curves of the dollar pairs, in the middle of what both sides showed over a recording.
  static func major(_ venue: String, _ base: String) -> DepthProfile {
    switch (venue, base) {
    case ("coinbase", "BTC"): coinbaseBitcoin
    case ("coinbase", "ETH"): coinbaseEther
    case ("coinbase", _): coinbaseEther.scaled(levels: 0.2, dollars: 0.3, spread: 1.3)
    case ("kraken", "BTC"): krakenBitcoin
    case ("kraken", "ETH"): krakenBitcoin.scaled(levels: 0.8, dollars: 0.5, spread: 0.05)
    case ("kraken", _): krakenBitcoin.scaled(levels: 0.3, dollars: 0.3, spread: 1.3)
    case ("gemini", "BTC"): geminiBitcoin
    case ("gemini", "ETH"): geminiEther
    case ("gemini", _): geminiSolana
    case (_, "BTC"): bitstampBitcoin
    case (_, "ETH"): bitstampBitcoin.scaled(levels: 0.6, dollars: 0.3, spread: 2.2)
    default: bitstampBitcoin.scaled(levels: 0.3, dollars: 0.1, spread: 4)
    }
  }

  /// Recorded 2026-08-09, 46,000 levels.
  private static let coinbaseBitcoin = DepthProfile([
    Point(0.001, 1, 16_000), Point(1, 22, 318_000), Point(2, 41, 630_000),
    Point(5, 94, 1_470_000), Point(10, 172, 2_580_000), Point(25, 278, 8_000_000),
    Point(50, 435, 14_100_000), Point(100, 762, 16_800_000), Point(200, 1_394, 21_500_000),
    Point(500, 3_260, 32_500_000), Point(1_000, 5_880, 53_400_000),
    Point(2_000, 9_930, 109_000_000), Point(5_000, 15_475, 222_000_000),
    Point(9_000, 23_000, 264_000_000),
  ])

  /// Recorded 2026-08-09.
  private static let coinbaseEther = DepthProfile([
    Point(0.13, 1, 1_500), Point(1, 8.5, 40_000), Point(2, 18, 125_000), Point(5, 48.5, 464_000),
    Point(10, 103, 855_000), Point(25, 200, 2_860_000), Point(50, 305, 9_000_000),
    Point(100, 406, 13_400_000), Point(200, 688, 15_200_000), Point(500, 1_418, 19_800_000),
    Point(1_000, 2_463, 24_000_000), Point(2_000, 3_888, 27_600_000),
    Point(5_000, 6_480, 44_200_000), Point(9_000, 11_600, 52_200_000),
  ])

  /// Recorded 2026-08-02 to the 25th level, which lies at 3 basis points; beyond it, assumed.
  private static let krakenBitcoin = DepthProfile([
    Point(0.008, 1, 19_800), Point(1, 9, 141_000), Point(2, 19, 291_000), Point(3, 26, 390_000),
    Point(5, 34, 560_000), Point(10, 55, 1_000_000), Point(25, 95, 2_500_000),
    Point(50, 150, 4_500_000), Point(100, 250, 6_000_000), Point(200, 420, 7_500_000),
    Point(500, 850, 10_000_000), Point(1_000, 1_350, 14_000_000), Point(2_000, 2_000, 22_000_000),
    Point(5_000, 2_700, 35_000_000), Point(9_000, 3_200, 40_000_000),
  ])

  /// Recorded 2026-08-09, 4,995 levels.
  private static let geminiBitcoin = DepthProfile([
    Point(0.001, 1, 5_000), Point(1, 4, 152_000), Point(2, 5.5, 263_000), Point(5, 10, 465_000),
    Point(10, 17.5, 1_080_000), Point(25, 32.5, 2_350_000), Point(50, 51, 2_720_000),
    Point(100, 78, 2_930_000), Point(200, 119, 3_240_000), Point(500, 230, 3_820_000),
    Point(1_000, 416, 4_970_000), Point(2_000, 736, 12_800_000), Point(5_000, 1_235, 21_800_000),
    Point(9_000, 2_497, 26_200_000),
  ])

  /// Recorded 2026-08-09.
  private static let geminiEther = DepthProfile([
    Point(0.026, 1, 3_300), Point(1, 2.3, 9_600), Point(2, 4.3, 41_800), Point(5, 9.8, 144_000),
    Point(10, 13.5, 240_000), Point(25, 27, 661_000), Point(50, 35, 860_000),
    Point(100, 42, 964_000), Point(200, 59, 1_250_000), Point(500, 105, 1_920_000),
    Point(1_000, 167, 2_060_000), Point(2_000, 252, 2_450_000), Point(5_000, 457, 3_820_000),
    Point(9_000, 1_183, 4_550_000),
  ])

  /// Recorded 2026-08-09.
  private static let geminiSolana = DepthProfile([
    Point(1.75, 1, 400), Point(3, 2, 2_100), Point(5, 5.3, 56_600), Point(10, 10.5, 79_000),
    Point(25, 22.5, 234_000), Point(50, 33.5, 396_000), Point(100, 45, 429_000),
    Point(200, 67, 463_000), Point(500, 99, 520_000), Point(1_000, 150, 553_000),
    Point(2_000, 235, 619_000), Point(5_000, 357, 1_040_000), Point(9_000, 976, 1_270_000),
  ])

  /// Recorded 2021-04-17, 7,389 levels.
  private static let bitstampBitcoin = DepthProfile([
    Point(0.87, 1, 12_600), Point(2, 3, 53_300), Point(3, 5.5, 118_000), Point(5, 11.5, 223_000),
    Point(10, 25.5, 866_000), Point(25, 43, 2_130_000), Point(50, 61, 3_630_000),
    Point(100, 86, 6_890_000), Point(200, 166, 9_920_000), Point(500, 394, 14_900_000),
    Point(1_000, 865, 22_200_000), Point(2_000, 1_370, 34_000_000),
    Point(5_000, 2_220, 47_500_000), Point(9_000, 3_700, 60_100_000),
  ])

  /// Assumed: a stable coin against a dollar or another, all within a few steps of one.
  static let stable = DepthProfile([
    Point(0.05, 1, 150_000), Point(2, 6, 1_000_000), Point(10, 25, 4_000_000),
    Point(100, 90, 8_000_000), Point(2_000, 150, 10_000_000),
  ])

  /// Assumed after Gemini's ETH/BTC of 2021: a cross of two coins.
  static let crossPair = DepthProfile([
    Point(1.7, 1, 4_000), Point(5, 4, 25_000), Point(10, 9, 70_000), Point(25, 18, 160_000),
    Point(50, 30, 350_000), Point(200, 60, 700_000), Point(1_000, 120, 1_200_000),
    Point(9_000, 210, 2_000_000),
  ])
}
