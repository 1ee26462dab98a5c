import Units

/// Requests in memory, of clients and to servers.
extension MemoryNetwork {
  public func fetch(_ request: HTTPRequest, _ handler: any FetchHandler) -> FetchID {
    let number = nextNumber()
    let fetch = MemoryFetch(number, request, handler)
    let words = "no answer after \(request.timeoutNanoseconds / 1_000_000_000) s"
    fetch.timer = set(.endFetch(number, .timedOut, words), after: request.timeoutNanoseconds)
    fetches[number] = fetch
    set(.connectFetch(number), after: 0)
    return FetchID(number: number)
  }

  public func respond(_ response: HTTPResponse, to request: ServerRequestID) {
    guard let link = requests.removeValue(forKey: request.number) else { return }
    link.serverRequest = nil
    send(.answer(response), .toClient, over: link)
    link.leaveIfOver()
  }

  /// Tells a request's handler, once.
  func end(
    _ fetch: MemoryFetch,
    _ result: Result<HTTPResponse, FetchFailure>,
    isAnswered: Bool = false
  ) {
    guard fetches.removeValue(forKey: fetch.number) != nil else { return }
    cancelEvent(fetch.timer)
    if let link = fetch.link {
      // The server may still get the request, and then learns that nobody waits for its answer.
      if fetch.isSent, !isAnswered, !link.isDead {
        set(.forgetRequest(link), at: link.arrival(.toServer, from: time))
      }
      link.fetch = nil
      link.leaveIfOver()
    }
    fetch.link = nil
    fetch.handler.fetched(FetchID(number: fetch.number), result, at: now)
  }

  func connectFetch(_ number: UInt64) {
    guard let fetch = fetches[number] else { return }
    do throws(FetchFailure) {
      let link = try link(to: fetch.request.endpoint)
      fetch.link = link
      link.fetch = fetch
      let connect = link.connectNanoseconds()
      switch link.port.condition {
      case .silent: break
      case .refusing: set(.endFetch(number, .unreachable, "connection refused"), after: connect)
      case .normal, .resetting: set(.fetchConnected(number), after: connect)
      }
    } catch {
      end(fetch, .failure(error))
    }
  }

  func fetchConnected(_ number: UInt64) {
    guard let fetch = fetches[number], let link = fetch.link, !link.isDead else { return }
    fetch.isSent = true
    send(.request(fetch.request), .toServer, over: link)
  }

  func requestArrived(_ request: HTTPRequest, over link: MemoryLink) {
    guard let server = link.port.server else { return }
    if link.port.condition == .resetting { return reset(link) }
    guard request.body.count <= server.listen.maximumBodyBytes else {
      return send(.noAnswer, .toClient, over: link)
    }
    let number = nextNumber()
    link.serverRequest = number
    requests[number] = link
    let id = ServerRequestID(number: number)
    server.handler.requested(id, ServerRequest(request, server.listen), at: now)
  }

  func answerArrived(_ response: HTTPResponse, over link: MemoryLink) {
    guard let fetch = link.fetch else { return }
    let maximum = fetch.request.maximumBodyBytes
    guard response.body.count <= maximum else {
      let failure = fetch.failure(.tooLong, "an answer of more than \(maximum) bytes")
      return end(fetch, .failure(failure), isAnswered: true)
    }
    end(fetch, .success(response.asSeenByClients), isAnswered: true)
  }

  func noAnswerArrived(over link: MemoryLink) {
    guard let fetch = link.fetch else { return }
    let failure = fetch.failure(.closedByPeer, "the connection ended before the answer")
    end(fetch, .failure(failure), isAnswered: true)
  }

  /// The server's side of a connection is over: an answer would reach nobody.
  func forgetRequest(of link: MemoryLink) {
    guard let number = link.serverRequest else { return }
    link.serverRequest = nil
    requests[number] = nil
    link.leaveIfOver()
  }
}
