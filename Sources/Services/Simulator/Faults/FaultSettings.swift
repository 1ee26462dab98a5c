public import Codecs

/// What goes wrong at a simulated venue, and how often: probabilities from 0 to 1.
public struct FaultSettings: Hashable, Sendable {
  // Frames of sockets, each by itself.
  public var dropFrame = 0.0
  public var duplicateFrame = 0.0
  /// Sends a frame after the next one of its socket.
  public var reorderFrame = 0.0
  /// Changes one byte.
  public var corruptFrame = 0.0
  public var delayFrame = 0.0
  public var delayNanoseconds: Int64 = 300_000_000

  // Sockets, at each frame.
  /// The socket sends nothing for ``stallNanoseconds``, and then everything it held back.
  public var stall = 0.0
  public var stallNanoseconds: Int64 = 15_000_000_000
  /// The venue closes the socket.
  public var disconnect = 0.0
  /// An attempt to connect is refused.
  public var refuseSocket = 0.0

  // Requests.
  /// Answers 503 and does nothing.
  public var failRequest = 0.0
  /// Answers 429 and does nothing.
  public var throttleRequest = 0.0
  /// Answers 418 and does nothing.
  public var banRequest = 0.0
  /// Does it, and never answers.
  public var loseAnswer = 0.0
  /// Does it, and answers 502.
  public var failAfter = 0.0
  /// Answers after ``delayNanoseconds``.
  public var delayAnswer = 0.0

  /// How far the venue's clock is ahead, in nanoseconds.
  public var clockOffsetNanoseconds: Int64 = 0

  public init() {}

  /// Nothing goes wrong.
  public static let none = FaultSettings()

  /// What a bad week looks like.
  public static var usual: FaultSettings {
    var faults = FaultSettings()
    faults.dropFrame = 0.000_05
    faults.duplicateFrame = 0.000_02
    faults.delayFrame = 0.001
    faults.stall = 0.000_005
    faults.disconnect = 0.000_01
    faults.refuseSocket = 0.02
    faults.failRequest = 0.005
    faults.throttleRequest = 0.005
    faults.loseAnswer = 0.002
    faults.failAfter = 0.001
    faults.delayAnswer = 0.01
    return faults
  }

  /// A day that nobody wants.
  public static var harsh: FaultSettings {
    var faults = FaultSettings()
    faults.dropFrame = 0.002
    faults.duplicateFrame = 0.001
    faults.reorderFrame = 0.001
    faults.corruptFrame = 0.000_5
    faults.delayFrame = 0.02
    faults.stall = 0.000_1
    faults.disconnect = 0.000_3
    faults.refuseSocket = 0.2
    faults.failRequest = 0.05
    faults.throttleRequest = 0.05
    faults.loseAnswer = 0.02
    faults.failAfter = 0.02
    faults.delayAnswer = 0.1
    return faults
  }

  /// The settings of a name: `none`, `default`, `harsh`.
  public static func named(_ name: String) -> FaultSettings? {
    switch name {
    case "none": none
    case "default": usual
    case "harsh": harsh
    default: nil
    }
  }

  /// Probabilities by the names of the control endpoint.
  static let rates: [(name: String, path: any WritableKeyPath<FaultSettings, Double> & Sendable)] =
    [
      ("dropFrame", \.dropFrame), ("duplicateFrame", \.duplicateFrame),
      ("reorderFrame", \.reorderFrame), ("corruptFrame", \.corruptFrame),
      ("delayFrame", \.delayFrame), ("stall", \.stall), ("disconnect", \.disconnect),
      ("refuseSocket", \.refuseSocket), ("failRequest", \.failRequest),
      ("throttleRequest", \.throttleRequest), ("banRequest", \.banRequest),
      ("loseAnswer", \.loseAnswer), ("failAfter", \.failAfter), ("delayAnswer", \.delayAnswer),
    ]

  /// Times in milliseconds by the names of the control endpoint.
  static let times: [(name: String, path: any WritableKeyPath<FaultSettings, Int64> & Sendable)] = [
    ("delayMs", \.delayNanoseconds), ("stallMs", \.stallNanoseconds),
    ("clockOffsetMs", \.clockOffsetNanoseconds),
  ]

  /// Why a change was refused: the place, the value, and the rule.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  /// These settings with the members of a JSON object put in.
  public func changed(by change: JSONValue) throws(Refusal) -> FaultSettings {
    guard let members = change.members else { throw Refusal(description: "an object is due") }
    var result = self
    for member in members {
      let text = member.value.text ?? "that"
      if let rate = FaultSettings.rates.first(where: { $0.name == member.name }) {
        guard let value = Double(text), (0...1).contains(value) else {
          throw Refusal(description: "\(member.name): \(text) is not a number from 0 to 1")
        }
        result[keyPath: rate.path] = value
      } else if let time = FaultSettings.times.first(where: { $0.name == member.name }) {
        guard let value = Int64(text), abs(value) <= 86_400_000 else {
          throw Refusal(description: "\(member.name): \(text) is not within a day of milliseconds")
        }
        result[keyPath: time.path] = value * 1_000_000
      } else {
        throw Refusal(description: "\(member.name): there is no such fault")
      }
    }
    return result
  }

  public func write(to json: inout JSONWriter) {
    json.object { json in
      for rate in FaultSettings.rates {
        json.field(rate.name, self[keyPath: rate.path], decimals: 6)
      }
      for time in FaultSettings.times {
        json.field(time.name, self[keyPath: time.path] / 1_000_000)
      }
    }
  }
}
