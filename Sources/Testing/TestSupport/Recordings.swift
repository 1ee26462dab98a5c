public import Foundation

/// Frames recorded by others, which are not part of the project.
///
/// They are looked for under `$PARALLAX_RECORDINGS`, by default in `../shared/data` beside the
/// project; a test that needs one is skipped by name where it is absent.
public enum Recordings {
  public static let folder =
    ProcessInfo.processInfo.environment["PARALLAX_RECORDINGS"]
    ?? project.appending(path: "../shared/data").standardized.path

  /// The root of the project.
  public static let project = URL(filePath: #filePath).appending(path: "../../../..").standardized

  public static func path(_ file: String) -> String { folder + "/" + file }

  /// Whether all of these are there.
  public static func has(_ files: [String]) -> Bool {
    files.allSatisfy { FileManager.default.fileExists(atPath: path($0)) }
  }
}
