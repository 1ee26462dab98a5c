import CYAML

/// The libyaml that the program runs with.
public enum YAMLLibrary {
  /// By `yaml_get_version_string`.
  public static var version: String {
    unsafe yaml_get_version_string().map { unsafe String(cString: $0) } ?? "unknown"
  }
}
