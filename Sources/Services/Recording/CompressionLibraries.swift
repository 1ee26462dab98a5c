import CZlib
import CZstd

/// The libraries of compression that the program runs with.
public enum CompressionLibraries {
  /// By `ZSTD_versionString`.
  public static var zstdVersion: String {
    unsafe ZSTD_versionString().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// By `zlibVersion`.
  public static var zlibVersion: String {
    unsafe CZlib.zlibVersion().map { unsafe String(cString: $0) } ?? "unknown"
  }
}
