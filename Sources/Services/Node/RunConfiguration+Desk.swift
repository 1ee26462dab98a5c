public import Configuration
public import Engine
import Market
public import Recording
public import Sessions
import Strategies
import Transport
import Units

/// What a configuration file says, in the words of the parts that it sets up.
extension RunConfiguration {
  public var engineSettings: EngineSettings {
    var settings = EngineSettings()
    settings.staleAfterNanoseconds = health.staleAfterNanoseconds
    settings.sweepIntervalNanoseconds = health.sweepIntervalNanoseconds
    settings.crossVenue = crossVenue.isEnabled ? crossVenue.applied(to: .crossVenue) : nil
    settings.triangular = triangular.isEnabled ? triangular.applied(to: .triangular) : nil
    return settings
  }
}

extension StrategySettings {
  func applied(to defaults: ScannerSettings) -> ScannerSettings {
    var settings = defaults
    settings.maximumAgeNanoseconds = maximumAgeNanoseconds
    settings.bookUsage = bookUsage
    settings.maximumLevels = maximumLevels
    settings.latencyHaircut = latencyHaircut
    settings.windows.minimumReturn = minimumNet
    settings.windows.eligibleAfterNanoseconds = eligibleAfterNanoseconds
    return settings
  }
}

extension RecordSettings {
  public var policy: RecordingWriter.Policy {
    var policy = RecordingWriter.Policy()
    policy.compressionLevel = compressionLevel
    policy.blockNanoseconds = writeAfterNanoseconds
    policy.sync =
      switch sync {
      case .never: .never
      case .whenClosed: .whenClosed
      case .everyBlock: .everyBlock
      }
    return policy
  }
}

extension VenueSettings {
  public var sessionSettings: SessionSettings {
    var settings = SessionSettings(symbols: symbols.compactMap { Symbol($0) })
    settings.socket = socket
    settings.rest = rest
    settings.authorityFile = trust.certificates
    settings.selfSignedHost = trust.selfSignedHost
    settings.proxy = proxy.map { Proxy(host: $0.host, port: $0.port) }
    settings.requestsPerSecond = requestIntervalNanoseconds.map { 1e9 / Double($0) }
    return settings
  }
}
