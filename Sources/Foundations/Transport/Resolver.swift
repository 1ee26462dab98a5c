import CWebSockets
import Glibc
import Reactor
import Synchronization

/// Turns names into addresses on a thread of its own, because the system's resolver blocks.
///
/// Numeric addresses never come here. The thread lives until the process ends and holds nothing but
/// its inbox.
@safe
final class Resolver: Sendable {
  struct Answer: Sendable {
    var number: UInt64
    /// Numeric, in the system's order of preference; empty when the name cannot be resolved.
    var addresses: [String]
    var failure: String
  }

  private struct Question: Sendable {
    var number: UInt64
    var name: String
  }

  private struct Box: Sendable {
    var questions: [Question] = []
    var answers: [Answer] = []
    var isRunning = false
  }

  private let box = Mutex(Box())
  private let notify: @Sendable () -> Void

  /// - Parameter notify: Called on the resolver's thread when there is an answer.
  init(notify: @escaping @Sendable () -> Void) { self.notify = notify }

  func ask(_ number: UInt64, _ name: String) {
    let starts = box.withLock { box in
      box.questions.append(Question(number: number, name: name))
      defer { box.isRunning = true }
      return !box.isRunning
    }
    guard starts else { return }
    startThread { [self] in work() }
  }

  func takeAnswers() -> [Answer] {
    box.withLock { box in
      defer { box.answers.removeAll() }
      return box.answers
    }
  }

  /// Answers until nothing is asked, then ends.
  private func work() {
    while let question = next() {
      let answer = resolve(question)
      box.withLock { $0.answers.append(answer) }
      notify()
    }
  }

  private func next() -> Question? {
    box.withLock { box in
      guard !box.questions.isEmpty else {
        box.isRunning = false
        return nil
      }
      return box.questions.removeFirst()
    }
  }

  private func resolve(_ question: Question) -> Answer {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(question.name, nil, &hints, &list)
    guard status == 0 else {
      let words = unsafe gai_strerror(status).map { unsafe String(cString: $0) } ?? "unknown"
      return Answer(number: question.number, addresses: [], failure: words)
    }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [String] = []
    var entry = unsafe list
    while let current = unsafe entry {
      var name = [CChar](repeating: 0, count: 64)
      let isNamed = unsafe getnameinfo(
        current.pointee.ai_addr,
        current.pointee.ai_addrlen,
        &name,
        socklen_t(name.count),
        nil,
        0,
        NI_NUMERICHOST
      )
      if isNamed == 0 {
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        addresses.append(String(decoding: bytes, as: UTF8.self))
      }
      unsafe entry = current.pointee.ai_next
    }
    return Answer(number: question.number, addresses: addresses, failure: "no address")
  }

  /// Whether a host is an address already.
  static func isNumeric(_ host: String) -> Bool {
    var four = in_addr()
    var six = in6_addr()
    return unsafe inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
  }
}
