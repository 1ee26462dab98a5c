import CCurl
import CTimex
import Glibc

/// What the system says of its clock and its limits, by the C library.
enum SystemProbe {
  /// How well the clock is kept.
  struct Clock: Hashable, Sendable {
    /// What `adjtimex` says; nil when it cannot be asked.
    var isSynchronised: Bool?
    /// How wrong the kernel takes the clock to be at most, in microseconds.
    var maximumErrorMicroseconds: Int
    /// By how much the wall clock moved against the monotonic one, in nanoseconds.
    var drift: Int64
    /// Over which time, in nanoseconds.
    var span: Int64
  }

  /// Asks the kernel, and compares two clocks over so many milliseconds.
  static func clock(milliseconds: Int = 400) -> Clock {
    var state = timex()
    let answer = unsafe adjtimex(&state)
    let start = clocks()
    usleep(UInt32(milliseconds) * 1_000)
    let end = clocks()
    let span = end.monotonic - start.monotonic
    return Clock(
      isSynchronised: answer < 0 ? nil : answer != TIME_ERROR && state.status & STA_UNSYNC == 0,
      maximumErrorMicroseconds: state.maxerror,
      drift: (end.wall - start.wall) - span,
      span: span
    )
  }

  /// Both clocks at one moment: of some tries the one whose readings lie closest.
  private static func clocks() -> (wall: Int64, monotonic: Int64) {
    var best: (wall: Int64, monotonic: Int64, width: Int64) = (0, 0, .max)
    for _ in 0..<8 {
      let before = nanoseconds(of: CLOCK_MONOTONIC)
      let wall = nanoseconds(of: CLOCK_REALTIME)
      let after = nanoseconds(of: CLOCK_MONOTONIC)
      let width = after - before
      if width < best.width { best = (wall, before + width / 2, width) }
    }
    return (best.wall, best.monotonic)
  }

  private static func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// How many files and sockets may be open at once; nil when the system does not say.
  static func descriptorLimit() -> (soft: UInt64, hard: UInt64)? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return nil
    }
    return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
  }

  /// The libcurl that the program runs with, by the first word of `curl_version`.
  static var curlVersion: String {
    let text = unsafe curl_version().map { unsafe String(cString: $0) } ?? ""
    let word = text.prefix { $0 != " " }
    return word.split(separator: "/").last.map(String.init) ?? "unknown"
  }

  /// The system's words for an error number.
  static func words(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
