import CCurl

/// Fetches one public document over HTTPS, by libcurl.
enum HTTPDownload {
  /// Why there is no document, in words for a person.
  struct Failure: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  static let connectSeconds = 10
  static let totalSeconds = 60

  /// What has arrived, and how much may.
  private final class Body {
    var bytes: [UInt8] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }
  }

  /// The body of the answer to `GET address`, at most `limit` bytes.
  ///
  /// Certificates are verified, redirects are not followed, and anything but status 200 fails.
  static func get(_ address: String, limit: Int) throws(Failure) -> [UInt8] {
    guard let curl = unsafe curl_easy_init() else {
      throw Failure(description: "libcurl cannot start")
    }
    defer { unsafe curl_easy_cleanup(curl) }
    let body = Body(limit: limit)
    unsafe plx_curl_set_text(curl, CURLOPT_URL, address)
    unsafe plx_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "https")
    unsafe plx_curl_set_text(curl, CURLOPT_USERAGENT, "parallax/\(Parallax.version)")
    unsafe plx_curl_set_text(curl, CURLOPT_ACCEPT_ENCODING, "")
    unsafe plx_curl_set_number(curl, CURLOPT_CONNECTTIMEOUT, connectSeconds)
    unsafe plx_curl_set_number(curl, CURLOPT_TIMEOUT, totalSeconds)
    unsafe plx_curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
    unsafe plx_curl_set_pointer(
      curl,
      CURLOPT_WRITEDATA,
      Unmanaged.passUnretained(body).toOpaque()
    )
    unsafe plx_curl_set_writer(curl) { bytes, size, count, context in
      guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
      let body = unsafe Unmanaged<Body>.fromOpaque(context).takeUnretainedValue()
      let total = size * count
      guard body.bytes.count + total <= body.limit else { return 0 }
      unsafe body.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: total))
      return total
    }
    let result = unsafe curl_easy_perform(curl)
    guard result == CURLE_OK else {
      let words = unsafe curl_easy_strerror(result).map { unsafe String(cString: $0) }
      throw Failure(description: words ?? "error \(result.rawValue)")
    }
    let status = unsafe plx_curl_status(curl)
    guard status == 200 else { throw Failure(description: "the answer has status \(status)") }
    return body.bytes
  }
}
