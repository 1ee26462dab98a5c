import Backtest
import Codecs
import Configuration
import Market
import Recording
import Terminal
import Units
import VenueCatalog
import Words

/// Values of options that more than one command takes.
extension Arguments {
  /// A moment, as RFC 3339 text.
  func time(_ name: String, _ command: String) throws(CommandFailure) -> Timestamp? {
    guard let text = self[name] else { return nil }
    let bytes = Array("\"\(text)\"".utf8)
    var reader = JSONReader(bytes.span)
    do {
      let time = try reader.timestamp()
      try reader.expectEnd()
      return time
    } catch {
      let rule = "is not a time (example: 2026-01-05T14:00:02.5Z)"
      throw Arguments.refusal(name, text, rule, command)
    }
  }

  /// A whole number above zero.
  func count(_ name: String, _ command: String) throws(CommandFailure) -> Int? {
    guard let text = self[name] else { return nil }
    guard let value = Int(text), (1...1_000_000).contains(value) else {
      throw Arguments.refusal(name, text, "is not a whole number from 1 to 1,000,000", command)
    }
    return value
  }

  /// The fees of every venue, as built in or changed by `--fees FILE`.
  func fees() throws(CommandFailure) -> FeeConfiguration {
    do { return try FeeConfiguration.load(path: self["fees"]) } catch {
      throw CommandFailure(.configuration, error.description)
    }
  }

  /// The files with what `--format`, `--venue`, and `--shift` say of them.
  func replayOptions(_ command: String) throws(CommandFailure) -> ReplayOptions {
    var options = ReplayOptions(
      files: positionals.map { ReplayOptions.File(path: $0) },
      fees: try fees()
    )
    if let format = self["format"] {
      guard let known = Arguments.formats.first(where: { $0.name == format }) else {
        throw Arguments.refusal("format", format, "is not a format", command)
      }
      for index in options.files.indices { options.files[index].format = known.format }
    }
    for text in all("venue") {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let name = parts.last ?? ""
      guard let venue = KnownVenues.venue(named: name) else {
        let hint = nearest(to: name, in: KnownVenues.names).map { "; did you mean \($0)?" } ?? ""
        let rule = "is none of \(KnownVenues.names.joined(separator: ", "))\(hint)"
        throw Arguments.refusal("venue", text, rule, command)
      }
      if parts.count == 2 {
        for index in try options.indices(of: parts[0], "venue", text, command) {
          options.files[index].venue = venue.id
        }
      } else {
        options.venue = venue.id
      }
    }
    for text in all("shift") {
      guard let equals = text.lastIndex(of: "="),
        let shift = nanoseconds(text[text.index(after: equals)...])
      else {
        let rule = "is not FILE=OFFSET (example: gemini.plx.zst=+244.871s)"
        throw Arguments.refusal("shift", text, rule, command)
      }
      for index in try options.indices(of: String(text[..<equals]), "shift", text, command) {
        options.files[index].shiftNanoseconds = shift
      }
    }
    return options
  }

  /// Names of formats; one name stands for both of cryptofeed's, which are told apart by content.
  static let formats: [(name: String, format: RecordingFormat)] = [
    ("auto", .auto), ("parallax", .parallax), ("tardis", .tardis), ("cryptofeed", .auto),
    ("cryptofeed1", .cryptofeed1), ("cryptofeed2", .cryptofeed2), ("crossbook", .crossbook),
    ("body", .body),
  ]

  static let fileOptions = [
    CommandOption(
      "format",
      value: "FORMAT",
      choices: formats.map(\.name),
      "How the files are laid out: auto (default), parallax, tardis, cryptofeed, crossbook, or "
        + "body, one REST answer"
    ),
    CommandOption(
      "venue",
      value: "[FILE=]VENUE",
      isRepeatable: true,
      "Who sent it, where a file does not say: \(KnownVenues.names.joined(separator: ", "))"
    ),
  ]
}

extension ReplayOptions {
  /// The files that `name` stands for: the path as given, or its last part.
  fileprivate func indices(
    of name: String,
    _ option: String,
    _ text: String,
    _ command: String
  ) throws(CommandFailure) -> [Int] {
    let found = files.indices.filter {
      files[$0].path == name || files[$0].path.split(separator: "/").last.map(String.init) == name
    }
    guard !found.isEmpty else {
      let names = files.map { $0.path.split(separator: "/").last.map(String.init) ?? $0.path }
      let hint = nearest(to: name, in: names).map { "; did you mean \($0)?" } ?? ""
      throw Arguments.refusal(option, text, "names no file given\(hint)", command)
    }
    return found
  }
}

/// An offset such as `+244.871s`, `-500ms`, or `2h`, exactly; nil for anything else, or beyond what
/// 64 bits of nanoseconds hold.
func nanoseconds(_ text: some StringProtocol) -> Int64? {
  let units = [("ms", 6), ("us", 3), ("ns", 0), ("s", 9)]
  let isNegative = text.first == "-"
  let unsigned = text.drop { $0 == "+" || $0 == "-" }
  guard text.count - unsigned.count <= 1 else { return nil }
  var value: Int128?
  if let (suffix, places) = units.first(where: { unsigned.hasSuffix($0.0) }) {
    value = try? parseDecimal(String(unsigned.dropLast(suffix.count)), places: places)
  } else if let last = unsigned.last, let seconds = ["m": 60, "h": 3_600, "d": 86_400][last] {
    value = (try? parseDecimal(String(unsigned.dropLast()), places: 9)).map { $0 * Int128(seconds) }
  }
  return value.flatMap { Int64(exactly: isNegative ? -$0 : $0) }
}

/// Words for what stopped a replay.
func failure(_ error: ReplayError) -> CommandFailure {
  switch error {
  case .unknownVenue(let path, let hint):
    let said = hint.map { " (it says \(quoted($0)))" } ?? ""
    let names = KnownVenues.names.joined(separator: ", ")
    return CommandFailure(
      .usage,
      "\(path): which venue sent this?\(said) Add --venue, one of \(names)."
    )
  case .recording(let error): return CommandFailure(.failure, error.description)
  }
}
