import CCrypto

/// SHA-256, by OpenSSL.
public enum SHA256 {
  /// The digest of `bytes`, 32 bytes.
  public static func digest(_ bytes: Span<UInt8>) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 32)
    let isDone = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe result.withUnsafeMutableBufferPointer { output in
        unsafe EVP_Digest(
          input.baseAddress,
          input.count,
          output.baseAddress,
          nil,
          EVP_sha256(),
          nil
        )
      }
    }
    precondition(isDone == 1, "OpenSSL computes SHA-256")
    return result
  }

  /// The digest of `bytes` as 64 lower-case hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) -> String {
    digest(bytes.span).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
