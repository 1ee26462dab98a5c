public import Units

/// What a scanner may assume and how much it may take.
public struct ScannerSettings: Hashable, Sendable {
  /// A book whose last change is this old, or older, is not traded on; in nanoseconds.
  public var maximumAgeNanoseconds: Int64
  /// The share of a side's profitable depth that an opportunity may use.
  ///
  /// The *profitable depth* of a leg is what rests at prices that would pay with the other legs at
  /// their best prices. The cap is this share of it, rounded down to the unit of the base asset.
  public var bookUsage: Rate
  /// Levels a side that are looked at; what rests beyond them counts as not there.
  public var maximumLevels: Int
  /// What the market may move before the orders arrive, as a share of what is committed.
  public var latencyHaircut: Rate
  public var windows: WindowSettings

  public init(
    maximumAgeNanoseconds: Int64,
    bookUsage: Rate = Rate(basisPoints: 3_000),
    maximumLevels: Int = 256,
    latencyHaircut: Rate = .zero,
    windows: WindowSettings = WindowSettings()
  ) {
    precondition((0...Rate.one).contains(bookUsage.raw), "a share of a book is 0 to 100 %")
    precondition((0..<Rate.one).contains(latencyHaircut.raw), "a haircut is 0 to below 100 %")
    precondition(maximumLevels > 0, "a scanner looks at one level at least")
    self.maximumAgeNanoseconds = maximumAgeNanoseconds
    self.bookUsage = bookUsage
    self.maximumLevels = maximumLevels
    self.latencyHaircut = latencyHaircut
    self.windows = windows
  }

  /// Books younger than 10 s, 30 % of the profitable depth, no haircut.
  public static let crossVenue = ScannerSettings(maximumAgeNanoseconds: 10_000_000_000)
  /// Books younger than 1 s, 30 % of the profitable depth, no haircut.
  public static let triangular = ScannerSettings(maximumAgeNanoseconds: 1_000_000_000)
}

/// When a window is open, and when it counts as one that could have been traded.
public struct WindowSettings: Hashable, Sendable {
  /// The net return that a route must reach besides a net profit above zero; nil asks for no more.
  public var minimumReturn: Rate?
  /// How long a window must last to have been eligible for capture, in nanoseconds.
  ///
  /// 700 ms is the median time in which a fill is aimed for: a shorter window is gone before.
  public var eligibleAfterNanoseconds: Int64

  public init(minimumReturn: Rate? = nil, eligibleAfterNanoseconds: Int64 = 700_000_000) {
    self.minimumReturn = minimumReturn
    self.eligibleAfterNanoseconds = eligibleAfterNanoseconds
  }
}
