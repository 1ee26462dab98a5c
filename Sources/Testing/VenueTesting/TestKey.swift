import Codecs
import Signing
public import VenueKit

/// A key whose secret the test knows, so that its signatures can be computed elsewhere too.
public struct TestKey: SigningKey {
  public let name: String
  private let secret: String

  /// A key by its name at the venue, and its secret as the venue hands it out: plain or base64
  /// text, or a private key in PEM for ES256.
  public init(name: String, secret: String) {
    self.name = name
    self.secret = secret
  }

  /// Traps where the secret is to be base64 and is not.
  public func authenticate(
    _ message: [UInt8],
    _ digest: MessageDigest,
    secret form: SecretForm
  ) -> [UInt8] {
    let bytes: [UInt8]
    switch form {
    case .utf8: bytes = Array(secret.utf8)
    case .base64:
      guard let decoded = Base64.decode(secret) else {
        preconditionFailure("the secret of \(name) is not base64")
      }
      bytes = decoded
    }
    return switch digest {
    case .sha256: HMAC.code(.sha256, key: bytes, message)
    case .sha384: HMAC.code(.sha384, key: bytes, message)
    case .sha512: HMAC.code(.sha512, key: bytes, message)
    }
  }

  /// Traps where the secret is no P-256 key in PEM.
  public func signES256(_ message: [UInt8]) -> [UInt8] {
    do { return try P256Key(pem: secret).sign(message) } catch {
      preconditionFailure("the secret of \(name) is no key: \(error)")
    }
  }
}
