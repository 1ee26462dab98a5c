import Market
import Simulator
import Units

/// A simulated venue that takes bytes as a frame of a socket and as a request.
///
/// It lives over many inputs, so that one finds what an earlier one left; now and then it is made
/// anew, so that a failure can be found again.
// One thread: libFuzzer calls its target from the thread that called libFuzzer.
final class ServerCheck: @unchecked Sendable {
  private let name: String
  private var world: SimulatedWorld
  private var inputs = 0
  private var market = SocketNumber(value: 0)
  private var account = SocketNumber(value: 0)

  private static let start = Timestamp(nanoseconds: 1_767_610_800_000_000_000)
  private static let lifetime = 2_000

  init(_ name: String) {
    self.name = name
    world = ServerCheck.world(name)
    openSockets()
  }

  private static func world(_ name: String) -> SimulatedWorld {
    var settings = WorldSettings(seed: 1, venues: [name])
    settings.market = .light(seed: 1)
    settings.limitsRates = false
    return SimulatedWorld(settings, at: start)
  }

  private func openSockets() {
    let venue = world.venues[0]
    let paths = type(of: venue.gateway).socketPaths
    market = venue.nextSocket()
    _ = venue.open(market, GatewayRequest(method: "GET", path: paths.market), at: world.now)
    account = venue.nextSocket()
    _ = venue.open(account, GatewayRequest(method: "GET", path: paths.account), at: world.now)
  }

  func run(_ bytes: Span<UInt8>) {
    inputs += 1
    if inputs % ServerCheck.lifetime == 0 {
      world = ServerCheck.world(name)
      openSockets()
    }
    let venue = world.venues[0]
    var input: [UInt8] = []
    for index in bytes.indices { input.append(bytes[index]) }
    world.advance(to: world.now.advanced(byNanoseconds: 1_000_000))
    venue.receive(input, from: market, at: world.now)
    venue.receive(input, from: account, at: world.now)
    for method in ["GET", "POST", "DELETE"] {
      // The first line is path and query, the rest the body.
      let parts = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
      let target = String(decoding: parts[0], as: UTF8.self)
        .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      let answer = venue.respond(
        to: GatewayRequest(
          method: method,
          path: String(target[0]),
          query: target.count > 1 ? String(target[1]) : "",
          body: parts.count > 1 ? Array(parts[1]) : []
        ),
        at: world.now
      )
      precondition(answer.map { (200...599).contains($0.response.status) } ?? false, "an answer")
    }
    _ = venue.takeEffects(at: world.now)
    for account in venue.exchange.accounts where !account.isHouse {
      for balance in account.balances {
        precondition(balance.total.raw >= 0, "nobody owes")
        precondition(
          balance.available.raw >= 0 && balance.available <= balance.total,
          "holds are within what there is"
        )
      }
    }
  }
}
