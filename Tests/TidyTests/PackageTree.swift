import Foundation

/// A text file of the package, by its path from the root.
struct TextFile {
  let path: String
  let text: String
  /// The text as code; empty for a file that is not Swift.
  let code: SwiftCode

  init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
    code = SwiftCode(path.hasSuffix(".swift") ? text : "")
  }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  var components: [String] { path.split(separator: "/").map(String.init) }
  var isSwift: Bool { path.hasSuffix(".swift") }
  var isSource: Bool { path.hasPrefix("Sources/") }
  var isTest: Bool { path.hasPrefix("Tests/") }

  /// The module that owns the file: the third part of `Sources/<Tier>/<Module>/…`.
  var module: String? {
    let parts = components
    return parts.count >= 4 && (isSource || isTest) ? parts[2] : nil
  }
}

/// What a rule found wrong, where.
struct Finding: Equatable, CustomStringConvertible {
  let path: String
  var line: Int?
  let message: String

  var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(message)" }
}

/// The package's own files, or a few made up to see a rule fail.
struct PackageTree {
  let files: [TextFile]
  /// Every path, of files that are not text as well.
  let paths: Set<String>
  let manifest: Manifest

  init(files: [TextFile], others: [String] = []) {
    self.files = files
    paths = Set(files.map(\.path) + others)
    manifest = Manifest(files.first { $0.path == "Package.swift" }?.text ?? "")
  }

  var swiftFiles: [TextFile] { files.filter { $0.isSwift && ($0.isSource || $0.isTest) } }

  static let package = PackageTree(
    root: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  )

  private static let largestText = 4 << 20

  /// Reads a directory, without what `.gitignore` names and what is not UTF-8.
  private init(root: URL) {
    let ignored = PackageTree.ignored(root)
    var texts: [TextFile] = []
    var others: [String] = []
    var pending = [""]
    while let folder = pending.popLast() {
      let directory = folder.isEmpty ? root : root.appending(path: folder)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
      for name in names.sorted() {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        guard name != ".git", !ignored.contains(where: { $0.matches(path, name: name) }) else {
          continue
        }
        let url = root.appending(path: path)
        let values = try? url.resourceValues(forKeys: [.isDirectoryKey, .fileSizeKey])
        if values?.isDirectory == true {
          pending.append(path)
        } else if values?.fileSize ?? 0 <= PackageTree.largestText,
          let data = try? Data(contentsOf: url), !data.contains(0),
          let text = String(data: data, encoding: .utf8)
        {
          texts.append(TextFile(path, text))
        } else {
          others.append(path)
        }
      }
    }
    self.init(files: texts, others: others)
  }

  private struct Pattern {
    let text: String

    /// Whether a path is meant: `a/b` and `/a` from the root, `a` anywhere, `*` at one end.
    func matches(_ path: String, name: String) -> Bool {
      let isRooted = text.contains("/")
      let subject = isRooted ? path : name
      if text.hasSuffix("*") { return subject.hasPrefix(text.dropLast()) }
      if text.hasPrefix("*") { return subject.hasSuffix(text.dropFirst()) }
      return subject == (text.hasPrefix("/") ? String(text.dropFirst()) : text)
    }
  }

  private static func ignored(_ root: URL) -> [Pattern] {
    let url = root.appending(path: ".gitignore")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      Pattern(text: $0.hasSuffix("/") ? String($0.dropLast()) : String($0))
    }
  }
}
