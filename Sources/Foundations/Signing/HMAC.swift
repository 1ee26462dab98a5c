import CCrypto

/// HMAC (RFC 2104), by OpenSSL.
public enum HMAC {
  public enum Digest: Hashable, Sendable {
    case sha256, sha384, sha512

    /// Bytes of the code.
    public var size: Int {
      switch self {
      case .sha256: 32
      case .sha384: 48
      case .sha512: 64
      }
    }
  }

  /// The code of `message` under `key`, ``Digest/size`` bytes.
  public static func code(_ digest: Digest, key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: digest.size)
    let function =
      switch digest {
      case .sha256: unsafe EVP_sha256()
      case .sha384: unsafe EVP_sha384()
      case .sha512: unsafe EVP_sha512()
      }
    // OpenSSL takes a null key as "the key of the last call", so an empty one needs an address.
    let keyBytes = key.isEmpty ? [0] : key
    let isDone = unsafe result.withUnsafeMutableBufferPointer { output in
      unsafe CCrypto.HMAC(
        function,
        keyBytes,
        Int32(key.count),
        message,
        message.count,
        output.baseAddress,
        nil
      ) != nil
    }
    precondition(isDone, "OpenSSL computes HMAC")
    return result
  }
}
