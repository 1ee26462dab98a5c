extension Document {
  /// Reads the file at `path`.
  public init(path: String, limits: Limits = Limits()) throws(ConfigurationErrors) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readFile(path, limit: limits.bytes)
    } catch {
      let message = "cannot be read: \(error.text)"
      throw ConfigurationErrors([Problem(file: path, position: nil, path: "", message: message)])
    }
    try self.init(bytes, file: path, limits: limits)
  }
}
