import Codecs
import Glibc
import Transport

// `parallax-soak [ROUNDS]`: ends and begins four simulated venues so often, and prints one JSON
// object. The exit status is 1 where something is not as it should be.

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5

/// What may be added to the resident memory after the first rounds, in bytes: the simulated venues
/// keep what was traded, and the allocator's pages come in steps.
let allowedBytes = 16 << 20

do throws(ListenFailure) {
  let soak = try RestartSoak()
  try soak.run(rounds: rounds) { _ in }
  var problems = soak.problems
  // The first rounds fill pools and caches.
  let warm = soak.figures.prefix(3).last ?? .now()
  let last = soak.figures.last ?? .now()
  if last.descriptors > warm.descriptors {
    problems.append("descriptors grew from \(warm.descriptors) to \(last.descriptors)")
  }
  let grown = last.residentBytes - warm.residentBytes
  if grown > allowedBytes { problems.append("resident memory grew by \(grown) bytes") }
  let waits = soak.recoveryNanoseconds.sorted()
  var json = JSONWriter()
  json.object {
    $0.field("rounds", soak.figures.count)
    $0.field("restarts", soak.figures.count * 4)
    $0.field("recoveries", waits.count)
    $0.field("recovery_median_ms", (waits.isEmpty ? 0 : waits[waits.count / 2]) / 1_000_000)
    $0.field("recovery_longest_ms", (waits.last ?? 0) / 1_000_000)
    $0.field("descriptors_first", warm.descriptors)
    $0.field("descriptors_last", last.descriptors)
    $0.field("resident_first_bytes", warm.residentBytes)
    $0.field("resident_last_bytes", last.residentBytes)
    $0.array("problems") { for words in problems { $0.string(words) } }
  }
  _ = unsafe puts(json.text)
  exit(problems.isEmpty ? 0 : 1)
} catch {
  _ = unsafe puts("{\"problems\":[\"\(error)\"]}")
  exit(1)
}
