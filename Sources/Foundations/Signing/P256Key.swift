import CCrypto

/// A key on the curve P-256 that signs and verifies ES256 (RFC 7518, section 3.4), by OpenSSL.
///
/// Owns an `EVP_PKEY`; the private half never leaves it except as ``pem()``, which only a simulated
/// venue that hands out keys asks for.
@safe
// Set once and never changed; OpenSSL reads one key from any number of threads.
public final class P256Key: @unchecked Sendable {
  private let key: OpaquePointer

  /// Why a key cannot be used.
  public enum Failure: Error, Hashable, Sendable {
    case notPEM
    case notP256
  }

  /// A new key from the system's randomness.
  public init() {
    guard let made = unsafe plx_generate_p256() else {
      preconditionFailure("OpenSSL makes P-256 keys")
    }
    unsafe key = made
  }

  /// Reads a private key as SEC1 (`EC PRIVATE KEY`) or PKCS#8; a literal `\n` counts as a newline.
  public init(pem: String) throws(Failure) {
    let text = Array(pem.replacing("\\n", with: "\n").utf8)
    let read: OpaquePointer? = unsafe text.withUnsafeBytes { bytes in
      guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
        return nil
      }
      defer { unsafe BIO_free(bio) }
      return unsafe PEM_read_bio_PrivateKey(bio, nil, nil, nil)
    }
    guard let read = unsafe read else { throw .notPEM }
    var name = [CChar](repeating: 0, count: 32)
    var length = 0
    let isCurve = unsafe EVP_PKEY_get_group_name(read, &name, name.count, &length) == 1
    let curve = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard isCurve, curve == "prime256v1" || curve == "P-256" else {
      unsafe EVP_PKEY_free(read)
      throw .notP256
    }
    unsafe key = read
  }

  deinit { unsafe EVP_PKEY_free(key) }

  /// The private key as PKCS#8 in PEM.
  public func pem() -> String {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory") }
    defer { unsafe BIO_free(bio) }
    let isWritten = unsafe PEM_write_bio_PrivateKey(bio, key, nil, nil, 0, nil, nil)
    precondition(isWritten == 1, "OpenSSL writes a key that it made")
    var bytes: UnsafeMutablePointer<CChar>?
    let count = unsafe plx_bio_memory(bio, &bytes)
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: bytes, count: Int(count)),
      as: UTF8.self
    )
  }

  /// The signature of SHA-256 of `message`, as `r || s`, 64 bytes.
  public func sign(_ message: [UInt8]) -> [UInt8] {
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    var der = [UInt8](repeating: 0, count: 80)
    var size = der.count
    let isSigned =
      unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1
      && EVP_DigestSign(context, &der, &size, message, message.count) == 1
    precondition(isSigned, "OpenSSL signs with a key that it read")
    return raw(of: der, size)
  }

  /// Whether `signature`, `r || s`, is this key's of `message`.
  public func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count == 64, let der = der(of: signature) else { return false }
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    return unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
      && EVP_DigestVerify(context, der, der.count, message, message.count) == 1
  }

  private func raw(of der: [UInt8], _ size: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 64)
    let isRead = unsafe der.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      guard let parts = unsafe d2i_ECDSA_SIG(nil, &start, size) else { return false }
      defer { unsafe ECDSA_SIG_free(parts) }
      return unsafe result.withUnsafeMutableBufferPointer { output in
        unsafe BN_bn2binpad(ECDSA_SIG_get0_r(parts), output.baseAddress, 32) == 32
          && BN_bn2binpad(ECDSA_SIG_get0_s(parts), output.baseAddress.map { unsafe $0 + 32 }, 32)
            == 32
      }
    }
    precondition(isRead, "OpenSSL reads the signature that it made")
    return result
  }

  private func der(of signature: [UInt8]) -> [UInt8]? {
    unsafe signature.withUnsafeBufferPointer { bytes -> [UInt8]? in
      guard let parts = unsafe ECDSA_SIG_new() else { return nil }
      defer { unsafe ECDSA_SIG_free(parts) }
      let first = unsafe BN_bin2bn(bytes.baseAddress, 32, nil)
      let second = unsafe BN_bin2bn(bytes.baseAddress.map { unsafe $0 + 32 }, 32, nil)
      guard unsafe ECDSA_SIG_set0(parts, first, second) == 1 else { return nil }
      var output: UnsafeMutablePointer<UInt8>?
      let count = unsafe i2d_ECDSA_SIG(parts, &output)
      defer { unsafe CRYPTO_free(output, "", 0) }
      guard count > 0 else { return nil }
      return unsafe Array(UnsafeBufferPointer(start: output, count: Int(count)))
    }
  }
}
