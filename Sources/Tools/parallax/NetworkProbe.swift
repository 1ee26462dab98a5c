import Glibc

/// How far a place on the network is, and whether a port of this machine is free.
enum NetworkProbe {
  /// What came of an attempt.
  enum Outcome: Hashable, Sendable {
    /// In nanoseconds: until the name was known, and from then until the connection stood.
    case reached(lookup: Int64, connect: Int64)
    case failed(String)
  }

  /// The most addresses of one name that are tried.
  private static let mostAddresses = 4

  /// Asks for the name and connects, within so long but for the time that the name takes.
  ///
  /// Nothing is sent. The resolver keeps to no limit of ours: a ``Probe`` does.
  static func reach(_ host: String, _ port: Int, within limit: Duration) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, "\(port)", &hints, &list)
    guard code == 0 else {
      let words = unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
      return .failed("the name \(host) is not known: \(words)")
    }
    defer { unsafe freeaddrinfo(list) }
    let known = clock.now
    var problem = "no address"
    var next = unsafe list
    for _ in 0..<mostAddresses {
      guard let entry = unsafe next else { break }
      let left = limit - (clock.now - start)
      guard left > .zero else { return .failed("\(host):\(port) does not answer") }
      let begin = clock.now
      guard let words = unsafe connect(entry.pointee, within: left) else {
        return .reached(
          lookup: (known - start).nanoseconds,
          connect: (clock.now - begin).nanoseconds
        )
      }
      problem = words
      unsafe next = entry.pointee.ai_next
    }
    return .failed("\(host):\(port): \(problem)")
  }

  /// Connects and hangs up; the words of what is in the way, or nil.
  private static func connect(_ address: addrinfo, within limit: Duration) -> String? {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = unsafe socket(address.ai_family, kind, 0)
    guard descriptor >= 0 else { return SystemProbe.words(errno) }
    defer { _ = close(descriptor) }
    let code = unsafe Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen)
    if code == 0 { return nil }
    guard errno == EINPROGRESS else { return SystemProbe.words(errno) }
    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    let milliseconds = max(1, Int32(clamping: limit.nanoseconds / 1_000_000))
    guard unsafe poll(&wait, 1, milliseconds) > 0 else { return "no answer" }
    var error: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 else {
      return SystemProbe.words(errno)
    }
    return error == 0 ? nil : SystemProbe.words(error)
  }
}

/// A port of this machine, taken while the value lives.
struct LoopbackListener: ~Copyable {
  /// Why the port cannot be had, in the system's words.
  struct Refusal: Error, Hashable {
    let code: Int32
  }

  let port: Int
  private let descriptor: Int32

  /// Binds and listens on 127.0.0.1; port 0 is any that is free.
  init(port: Int) throws(Refusal) {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw Refusal(code: errno) }
    var isReused: Int32 = 1
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_REUSEADDR,
      &isReused,
      socklen_t(MemoryLayout<Int32>.size)
    )
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    var length = size
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(descriptor, address, size) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard isBound else {
      let code = errno
      _ = close(descriptor)
      throw Refusal(code: code)
    }
    self.descriptor = descriptor
    self.port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { _ = close(descriptor) }
}
