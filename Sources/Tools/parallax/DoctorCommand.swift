import Codecs
import Configuration
import Dispatch
import Market
import Terminal
import VenueCatalog
import VenueKit
import Words
import Transport

/// `parallax doctor`: whether this machine is fit to run the program.
enum DoctorCommand {
  static let syntax = CommandSyntax(
    name: "doctor",
    summary: "Look at this machine: clock, disk, limits, configuration, the way to the venues.",
    positionals: "",
    positionalCount: 0...0,
    examples: [
      ("parallax doctor", "Everything, with the venues' own addresses"),
      ("parallax doctor --config run.yaml", "With the addresses and the folder of a configuration"),
      ("parallax doctor --json", "As one JSON object"),
    ],
    options: [
      CommandOption("config", value: "FILE", "The configuration of a run, checked as well"),
      CommandOption("json", "Print one JSON object"),
    ],
    notes: [
      "Nothing is sent to a venue but the attempt to connect. All checks run at once, and none "
        + "longer than \(DoctorChecks.limitSeconds) seconds.",
      "Exit status 1 when a check fails; a warning is no failure.",
    ]
  )

  static let command = Command(syntax: syntax) { arguments, console throws(CommandFailure) in
    let list = examine(configuration: arguments["config"], console)
    let isFit = !list.contains { $0.level == .fail }
    console.print(
      arguments.has("json") ? json(list, isFit: isFit) : text(list, console.style)
    )
    return isFit ? .success : .failure
  }

  // MARK: - Examining

  /// Runs every check, and waits for each no longer than it may take.
  private static func examine(configuration path: String?, _ console: Console) -> [Diagnosis] {
    // The configuration first: it says where to look. Its own files may hang as any file may.
    let begin = DispatchTime.now()
    let read = Probe("configuration") { () -> Result<RunConfiguration?, ConfigurationErrors> in
      do throws(ConfigurationErrors) {
        return .success(try path.map { path throws(ConfigurationErrors) in try load(path) })
      } catch {
        return .failure(error)
      }
    }.result(by: deadline(from: begin))
    let run = read.flatMap { try? $0.get() } ?? nil

    let start = DispatchTime.now()
    let folder = run?.record?.directory ?? "."
    let clock = Probe("clock") { SystemProbe.clock() }
    let disk = Probe("disk") { DiskProbe(folder) }
    let port = Probe("port") { refusal(of: DoctorChecks.port) }
    let venues = places(run).map { name, places in
      (
        name,
        places.map { place in
          (
            place,
            Probe("\(place.host)") {
              NetworkProbe.reach(
                place.host,
                place.port,
                within: .seconds(DoctorChecks.limitSeconds) - .milliseconds(500)
              )
            }
          )
        }
      )
    }

    let end = deadline(from: start)
    var list = [DoctorChecks.program, DoctorChecks.libraries(DoctorChecks.libraries)]
    list.append(clock.result(by: end).map(DoctorChecks.clock) ?? .timedOut("clock"))
    list.append(disk.result(by: end).map(DoctorChecks.disk) ?? .timedOut("disk"))
    list.append(DoctorChecks.descriptors(SystemProbe.descriptorLimit()))
    list.append(
      DoctorChecks.terminal(
        TerminalDevice.size(),
        isTerminal: TerminalDevice.isTerminal(),
        hasColour: console.style.isOn
      )
    )
    list.append(
      port.result(by: end).map { DoctorChecks.port(DoctorChecks.port, $0) } ?? .timedOut("port")
    )
    switch read {
    case .success: list.append(DoctorChecks.configuration(path, nil))
    case .failure(let errors): list.append(DoctorChecks.configuration(path, errors))
    case nil: list.append(.timedOut("configuration", .fail))
    }
    let attempts = venues.map { name, probes in
      (
        name,
        probes.map { place, probe in
          DoctorChecks.Attempt(place: place, outcome: probe.result(by: end))
        }
      )
    }
    return list + DoctorChecks.venues(attempts)
  }

  private static func load(_ path: String) throws(ConfigurationErrors) -> RunConfiguration {
    try RunConfiguration.load(path: path)
  }

  private static func deadline(from start: DispatchTime) -> DispatchTime {
    start + .seconds(DoctorChecks.limitSeconds)
  }

  /// Why a port cannot be had; nil when it can.
  private static func refusal(of port: Int) -> String? {
    do throws(LoopbackListener.Refusal) {
      _ = try LoopbackListener(port: port)
      return nil
    } catch {
      return SystemProbe.words(error.code)
    }
  }

  /// Where each venue's connections begin: at the proxy where there is one.
  static func places(_ run: RunConfiguration?) -> [(name: String, places: [DoctorPlace])] {
    guard let run else {
      return KnownVenues.all.map { venue in
        let own = venue.capabilities
        return (venue.id.rawValue, distinct([own.socket, own.instrumentList].map(place)))
      }
    }
    return run.venues.map { settings in
      if let proxy = settings.proxy { return (settings.name, [DoctorPlace(proxy)]) }
      let own = KnownVenues.venue(named: settings.name)?.capabilities
      let socket = settings.socket.map(DoctorPlace.init) ?? own.flatMap { place($0.socket) }
      let rest = settings.rest.map(DoctorPlace.init) ?? own.flatMap { place($0.instrumentList) }
      return (settings.name, distinct([socket, rest]))
    }
  }

  private static func place(_ address: String) -> DoctorPlace? {
    (try? Endpoint(address)).map(DoctorPlace.init)
  }

  private static func distinct(_ places: [DoctorPlace?]) -> [DoctorPlace] {
    places.compactMap { $0 }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  // MARK: - Telling

  static func text(_ list: [Diagnosis], _ style: Style) -> String {
    let width = list.map(\.name.count).max() ?? 0
    var lines: [String] = []
    for item in list {
      let word = padded(item.level.rawValue.uppercased(), 4)
      let level =
        switch item.level {
        case .ok: style.green("ok  ")
        case .warn: style.yellow(word)
        case .fail: style.red(word)
        }
      lines.append("\(level)  \(padded(item.name, width))  \(item.words)")
      if let advice = item.advice {
        lines.append(String(repeating: " ", count: width + 8) + "to do: " + advice)
      }
    }
    let (warned, failed) = counts(list)
    let ends = "\(failed) failed, \(warned) warned, \(list.count - failed - warned) ok"
    return (lines + [ends]).joined(separator: "\n")
  }

  static func json(_ list: [Diagnosis], isFit: Bool) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("v", 1)
      $0.field("fit", isFit)
      let (warned, failed) = counts(list)
      $0.field("failed", failed)
      $0.field("warned", warned)
      $0.array("checks") {
        for item in list {
          $0.object {
            $0.field("name", item.name)
            $0.field("level", item.level.rawValue)
            $0.field("message", item.words)
            $0.field("advice", item.advice)
          }
        }
      }
    }
    return json.text
  }

  private static func counts(_ list: [Diagnosis]) -> (warned: Int, failed: Int) {
    (list.count { $0.level == .warn }, list.count { $0.level == .fail })
  }
}
