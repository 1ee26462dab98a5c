import Codecs
public import Engine
import Recording
public import Units

/// What a replay gave: its report, and the engine as it stands at the end.
public struct ReplayResult: Sendable {
  public let report: ReplayReport
  public let engine: TradingEngine
}

/// How often ``replay(_:pace:progress:)`` says how far it is, in records.
public let replayProgressInterval = 1_024

/// Plays recordings through the engine as one market.
///
/// Single-threaded, and a function of the files and the options alone: two runs give the same
/// books, windows, and digests. Memory does not grow with the length of the files.
///
/// `pace` is called before each record with its time, and may wait. `progress` is called every
/// ``replayProgressInterval`` records; when it gives false the replay ends early, and the report
/// says so. Fails where a file cannot be opened or read on, or nobody says which venue sent it.
public func replay(
  _ options: ReplayOptions,
  pace: ((Timestamp) -> Void)? = nil,
  progress: (ReplayProgress) -> Bool = { _ in true }
) throws(ReplayError) -> ReplayResult {
  let clock = ContinuousClock()
  let start = clock.now
  var reader = try open(options)
  var session = ReplaySession(options)
  for index in options.files.indices {
    session.files[index].format = reader.format(ofSource: index)
  }
  var isInterrupted = false
  while let (record, source) = try next(&reader) {
    pace?(record.time)
    session.begin(record)
    if session.venueOf[source] == nil {
      try session.findVenue(of: source, hint: reader.venueHint(ofSource: source))
    }
    if record.kind == .response {
      session.takeAnswer(record, of: source, reader.payload, at: String(copying: reader.address))
    } else {
      session.take(record, of: source, reader.payload)
    }
    if session.records % replayProgressInterval == 0 {
      let now = ReplayProgress(
        bytesRead: reader.bytesRead,
        bytesTotal: reader.bytesTotal,
        records: session.records,
        time: record.time
      )
      if !progress(now) {
        isInterrupted = true
        break
      }
    }
  }
  for index in options.files.indices {
    session.files[index].findings = reader.findings(inSource: index)
  }
  session.finish(isInterrupted: isInterrupted)
  return ReplayResult(
    report: session.report(elapsed: clock.now - start, isInterrupted: isInterrupted),
    engine: session.engine
  )
}

private func open(_ options: ReplayOptions) throws(ReplayError) -> MergedReader {
  let low = options.seeks ? options.from ?? Record.timeUnknown : Record.timeUnknown
  let high = max(low, options.to ?? Timestamp(nanoseconds: .max))
  let isBounded = options.to != nil || (options.seeks && options.from != nil)
  let sources = options.files.map {
    MergedReader.Source(
      path: $0.path,
      format: $0.format,
      shiftNanoseconds: $0.shiftNanoseconds
    )
  }
  do {
    return try MergedReader(sources, within: isBounded ? low..<high : nil)
  } catch {
    throw .recording(error)
  }
}

private func next(
  _ reader: inout MergedReader
) throws(ReplayError) -> (record: Record, source: Int)? {
  do { return try reader.next() } catch { throw .recording(error) }
}
