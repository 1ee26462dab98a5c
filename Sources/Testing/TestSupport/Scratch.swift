import Foundation

/// A directory of one test's files, removed with it.
public final class Scratch {
  public let path: String

  public init() throws {
    let name = "parallax-test-\(UUID().uuidString)"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      print("left \(path): \(error)")
    }
  }

  /// Writes a file and returns its path.
  @discardableResult
  public func file(_ bytes: [UInt8], name: String = "recording") -> String {
    let file = path + "/" + name
    precondition(FileManager.default.createFile(atPath: file, contents: Data(bytes)))
    return file
  }

  @discardableResult
  public func file(_ text: String, name: String = "recording") -> String {
    file(Array(text.utf8), name: name)
  }
}
