/// How a book's side is filled: how many levels, and how much money, within which distance of the
/// middle.
public struct DepthProfile: Hashable, Sendable {
  /// One point of both curves; points rise in all three.
  public struct Point: Hashable, Sendable {
    public var basisPoints: Double
    /// Levels of one side up to there.
    public var levels: Double
    /// What rests on one side up to there, in US dollars.
    public var dollars: Double

    public init(_ basisPoints: Double, _ levels: Double, _ dollars: Double) {
      self.basisPoints = basisPoints
      self.levels = levels
      self.dollars = dollars
    }
  }

  /// The first is the best level: its distance is half of the spread.
  public var points: [Point]

  public init(_ points: [Point]) {
    precondition(points.count >= 2, "a curve has two ends")
    self.points = points
  }

  public var levels: Int { Int(points[points.count - 1].levels) }

  /// The same shape with other sizes.
  public func scaled(levels: Double = 1, dollars: Double = 1, spread: Double? = nil) -> Self {
    var result = self
    for index in points.indices {
      if index > 0 { result.points[index].levels = max(1, points[index].levels * levels) }
      result.points[index].dollars *= dollars
    }
    if let spread { result.points[0].basisPoints = spread / 2 }
    // A wider spread pushes the points that it passes outwards.
    for index in 1..<points.count {
      let last = result.points[index - 1]
      if result.points[index].basisPoints <= last.basisPoints {
        result.points[index].basisPoints = last.basisPoints * 1.25
      }
      if result.points[index].levels <= last.levels {
        result.points[index].levels = last.levels + 1
      }
    }
    return result
  }

  /// Distance and money of the level at a place counted from 1, both on straight lines between
  /// points when drawn with logarithmic axes.
  func place(_ level: Double) -> (basisPoints: Double, dollars: Double) {
    var upper = 1
    while upper < points.count - 1, points[upper].levels < level { upper += 1 }
    let (near, far) = (points[upper - 1], points[upper])
    let share =
      naturalLogarithm(max(level, near.levels) / near.levels)
      / naturalLogarithm(far.levels / near.levels)
    func between(_ low: Double, _ high: Double) -> Double {
      low * exponentialFunction(share * naturalLogarithm(high / low))
    }
    return (between(near.basisPoints, far.basisPoints), between(near.dollars, far.dollars))
  }

  /// One side's levels, best first, as so many: distances as fractions, and dollars.
  ///
  /// With fewer than the profile has, levels far out stand for more and more of its own, and the
  /// money stays the same.
  func ladder(_ count: Int) -> (distances: [Double], dollars: [Double]) {
    let total = Double(levels)
    var distances: [Double] = []
    var dollars: [Double] = []
    var below = 0.0
    for index in 0..<count {
      func level(_ place: Double) -> Double {
        guard count < levels else { return place + 1 }
        let share = place / Double(max(1, count - 1))
        return max(exponentialFunction(share * naturalLogarithm(total)), place + 1)
      }
      distances.append(place(min(level(Double(index)), total)).basisPoints / 10_000)
      let edge = count < levels ? level(Double(index) + 0.5) : level(Double(index))
      let sum = place(min(edge, total)).dollars
      dollars.append(max(sum - below, sum / 1_000))
      below = sum
    }
    return (distances, dollars)
  }
}
