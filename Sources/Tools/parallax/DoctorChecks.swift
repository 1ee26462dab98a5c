import Configuration
import Recording
import Signing
import Terminal
import Words
import Transport

/// What one check of the doctor came to.
struct Diagnosis: Hashable, Sendable {
  enum Level: String, Sendable { case ok, warn, fail }

  var name: String
  var level: Level
  /// What was found.
  var words: String
  /// What to do; nil where nothing is.
  var advice: String?

  init(_ name: String, _ level: Level, _ words: String, advice: String? = nil) {
    self.name = name
    self.level = level
    self.words = words
    self.advice = advice
  }

  /// A check that did not end within its time.
  static func timedOut(_ name: String, _ level: Level = .warn) -> Diagnosis {
    Diagnosis(
      name,
      level,
      "no result within \(DoctorChecks.limitSeconds) s",
      advice: "something hangs: look at the system's log, then try again"
    )
  }
}

/// What the doctor makes of its measurements: functions of values, with the bounds in one place.
enum DoctorChecks {
  /// What each check may take, in seconds; all run at once.
  static let limitSeconds = 5
  /// A clock this wrong is told; a venue refuses requests whose time is off by seconds.
  static let clockErrorMicroseconds = 500_000
  /// A clock that moves so much against the monotonic one while it is watched is being set.
  static let driftNanoseconds: Int64 = 1_000_000
  /// Room below which a recording soon ends, and below which nothing is begun; in bytes.
  static let littleRoom = 10_000_000_000
  static let noRoom = 1_000_000_000
  /// A disk that is slower to be sure than this holds up what waits for it, in nanoseconds.
  static let slowSync: Int64 = 100_000_000
  static let fewDescriptors: UInt64 = 1_024
  static let noDescriptors: UInt64 = 256
  /// Where the console will answer.
  static let port = 8_080

  // MARK: The program

  static var program: Diagnosis {
    Diagnosis("program", .ok, "parallax \(Parallax.version), \(build) build by Swift \(compiler)")
  }

  /// One row a library.
  static var libraries: [(name: String, version: String)] {
    [
      ("zstd", CompressionLibraries.zstdVersion), ("zlib", CompressionLibraries.zlibVersion),
      ("OpenSSL", SigningLibrary.version), ("libyaml", YAMLLibrary.version),
      ("libcurl", SystemProbe.curlVersion),
    ]
  }

  static func libraries(_ list: [(name: String, version: String)]) -> Diagnosis {
    let words = list.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    guard list.allSatisfy({ $0.version.first?.isNumber == true }) else {
      return Diagnosis(
        "libraries",
        .fail,
        words,
        advice: "a library does not say what it is: install the packages of Scripts/bootstrap again"
      )
    }
    return Diagnosis("libraries", .ok, words)
  }

  private static var compiler: String {
    #if compiler(>=6.5)
    "6.5 or later"
    #elseif compiler(>=6.4)
    "6.4"
    #elseif compiler(>=6.3)
    "6.3"
    #else
    "6.2"
    #endif
  }

  private static var build: String {
    #if DEBUG
    "debug"
    #else
    "release"
    #endif
  }

  // MARK: The machine

  static func clock(_ clock: SystemProbe.Clock) -> Diagnosis {
    let moved = durationText(nanoseconds: clock.drift)
    let span = durationText(nanoseconds: clock.span)
    let setTime = "let chrony or systemd-timesyncd keep the clock; venues refuse a wrong one"
    if clock.drift.magnitude > driftNanoseconds.magnitude {
      let words = "moved by \(moved) against the monotonic clock within \(span): it is being set"
      return Diagnosis("clock", .warn, words, advice: "try again in a minute, then \(setTime)")
    }
    guard let isSynchronised = clock.isSynchronised else {
      let words = "the kernel cannot be asked whether it is synchronised; drift \(moved) in \(span)"
      return Diagnosis("clock", .warn, words, advice: setTime)
    }
    guard isSynchronised else {
      let words = "not synchronised, says the kernel; drift \(moved) in \(span)"
      return Diagnosis("clock", .warn, words, advice: setTime)
    }
    let error = durationText(nanoseconds: Int64(clock.maximumErrorMicroseconds) * 1_000)
    let words = "synchronised, wrong by \(error) at most; drift \(moved) in \(span); times are UTC"
    return clock.maximumErrorMicroseconds > clockErrorMicroseconds
      ? Diagnosis("clock", .warn, words, advice: setTime) : Diagnosis("clock", .ok, words)
  }

  static func disk(_ disk: DiskProbe) -> Diagnosis {
    let folder = printable(disk.folder)
    var parts = [folder]
    if let free = disk.freeBytes { parts.append("\(byteText(free)) free") }
    if let half = disk.percentile(50), let most = disk.percentile(99) {
      parts.append(
        "fsync p50 \(durationText(nanoseconds: half)), p99 \(durationText(nanoseconds: most)) "
          + "of \(disk.syncs.count) writes"
      )
    }
    let words = parts.joined(separator: ", ")
    if let problem = disk.problem {
      return Diagnosis(
        "disk",
        .fail,
        "\(folder): cannot write: \(problem)",
        advice: "make room there, or choose a folder that you may write to"
      )
    }
    if let free = disk.freeBytes, free < littleRoom {
      let level: Diagnosis.Level = free < noRoom ? .fail : .warn
      return Diagnosis("disk", level, words, advice: "make room, or record elsewhere")
    }
    if let most = disk.percentile(99), most > slowSync {
      return Diagnosis("disk", .warn, words, advice: "record to a faster disk")
    }
    guard disk.isThere else {
      return Diagnosis("disk", .ok, words + "; the record directory will be made below it")
    }
    return Diagnosis("disk", .ok, words)
  }

  static func descriptors(_ limit: (soft: UInt64, hard: UInt64)?) -> Diagnosis {
    guard let (soft, hard) = limit else {
      return Diagnosis("descriptors", .warn, "the system does not say how many may be open")
    }
    let most = hard > UInt64(Int.max) ? "without bound" : grouped(hard)
    let words = "\(grouped(soft)) files and sockets at once, \(most) on demand"
    guard soft < fewDescriptors else { return Diagnosis("descriptors", .ok, words) }
    return Diagnosis(
      "descriptors",
      soft < noDescriptors ? .fail : .warn,
      words,
      advice: "ulimit -n 4096"
    )
  }

  static func terminal(_ size: TerminalSize?, isTerminal: Bool, hasColour: Bool) -> Diagnosis {
    guard isTerminal else {
      return Diagnosis("terminal", .ok, "not one: text goes out plain, without colour")
    }
    let colour = hasColour ? "colour" : "no colour"
    guard let size else {
      return Diagnosis("terminal", .warn, "its size is not told, \(colour)", advice: "use another")
    }
    let words = "\(size.columns)x\(size.rows), \(colour)"
    let least = DeskView.leastSize
    guard size.columns >= least.columns, size.rows >= least.rows else {
      let advice = "enlarge it: the live view needs \(least.columns)x\(least.rows)"
      return Diagnosis("terminal", .warn, words, advice: advice)
    }
    return Diagnosis("terminal", .ok, words)
  }

  /// `refusal` is why the port cannot be had.
  static func port(_ number: Int, _ refusal: String?) -> Diagnosis {
    guard let refusal else {
      return Diagnosis("port \(number)", .ok, "free")
    }
    return Diagnosis(
      "port \(number)",
      .warn,
      refusal,
      advice: "end the program that has it (ss -ltnp 'sport = :\(number)'), or use another port"
    )
  }

  // MARK: The configuration

  static func configuration(_ path: String?, _ errors: ConfigurationErrors?) -> Diagnosis {
    guard let path else {
      return Diagnosis("configuration", .ok, "none given; --config FILE looks at one")
    }
    guard let errors else {
      return Diagnosis("configuration", .ok, "\(printable(path)) is correct")
    }
    let first = errors.problems[0].description
    let others = errors.problems.count + errors.omitted - 1
    return Diagnosis(
      "configuration",
      .fail,
      first + (others > 0 ? " (and \(grouped(others)) more)" : ""),
      advice: "parallax config check \(printable(path))"
    )
  }

  // MARK: The venues

  /// A place of a venue, and what came of the attempt to reach it.
  struct Attempt: Hashable, Sendable {
    var place: DoctorPlace
    /// Nil when there was no result in time.
    var outcome: NetworkProbe.Outcome?

    var isReached: Bool { if case .reached = outcome { true } else { false } }

    var words: String {
      let name = "\(place.host):\(place.port)"
      switch outcome {
      case .reached(let lookup, let connect):
        return "\(name) name \(durationText(nanoseconds: lookup)), "
          + "connection \(durationText(nanoseconds: connect))"
      case .failed(let words): return words
      case nil: return "\(name) does not answer within \(DoctorChecks.limitSeconds) s"
      }
    }
  }

  /// One diagnosis a venue, in the order of `venues`.
  ///
  /// Where no place outside of this machine answers, the machine counts as offline: a warning,
  /// since a replay needs no network. Where others answer, one that does not is a failure.
  static func venues(_ venues: [(name: String, attempts: [Attempt])]) -> [Diagnosis] {
    let outside = venues.flatMap(\.attempts).filter { !$0.place.isLoopback }
    let isOffline = !outside.contains(where: \.isReached)
    return venues.map { name, attempts in
      let words = attempts.map(\.words).joined(separator: "; ")
      let missing = attempts.filter { !$0.isReached }
      guard let first = missing.first else { return Diagnosis(name, .ok, words) }
      if isOffline, missing.allSatisfy({ !$0.place.isLoopback }) {
        let advice = "no venue answers: connect this machine to the network, or set a proxy"
        return Diagnosis(name, .warn, words, advice: advice)
      }
      let advice =
        first.place.isLoopback
        ? "start what should listen on \(first.place.host):\(first.place.port)"
        : "look at the venue's status page, and at the address in the configuration"
      return Diagnosis(name, .fail, words, advice: advice)
    }
  }
}

/// A host and a port that a venue's connections begin at.
struct DoctorPlace: Hashable, Sendable {
  var host: String
  var port: Int
  var isLoopback: Bool

  init(_ address: Endpoint) {
    host = address.host
    port = address.port
    isLoopback = address.isLoopback
  }
}
