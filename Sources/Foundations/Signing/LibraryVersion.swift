import CCrypto

/// The OpenSSL that the program runs with.
public enum SigningLibrary {
  /// By `OpenSSL_version`: `3.0.17`.
  public static var version: String {
    unsafe OpenSSL_version(OPENSSL_VERSION_STRING).map { unsafe String(cString: $0) } ?? "unknown"
  }
}
