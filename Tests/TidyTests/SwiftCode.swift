/// Swift text with its comments, and the words inside its strings, replaced by spaces.
///
/// Lines and columns (in bytes) stay where they were. Code inside `\( )` remains.
struct SwiftCode {
  let text: String

  private enum Mode {
    /// Code; counts open parentheses when it is inside a string.
    case code(parentheses: Int)
    case string(hashes: Int, isMultiline: Bool)
  }

  init(_ source: String, keepingStrings: Bool = false) {
    let bytes = Array(source.utf8)
    var output = bytes
    var modes: [Mode] = [.code(parentheses: 0)]
    var index = 0

    func starts(_ word: String, at place: Int) -> Bool {
      bytes[min(place, bytes.count)...].starts(with: word.utf8)
    }
    func blank(_ place: Int) {
      if bytes[place] != UInt8(ascii: "\n") { output[place] = UInt8(ascii: " ") }
    }

    while index < bytes.count, let mode = modes.last {
      switch mode {
      case .code(let parentheses):
        if starts("//", at: index) {
          while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            blank(index)
            index += 1
          }
          continue
        }
        if starts("/*", at: index) {
          var depth = 0
          repeat {
            let step = starts("/*", at: index) ? 1 : starts("*/", at: index) ? -1 : 0
            depth += step
            for _ in 0..<(step == 0 ? 1 : 2) {
              blank(index)
              index += 1
            }
          } while depth > 0 && index < bytes.count
          continue
        }
        var hashes = 0
        while starts("#", at: index + hashes) { hashes += 1 }
        if starts("\"", at: index + hashes) {
          let isMultiline = starts("\"\"\"", at: index + hashes)
          modes.append(.string(hashes: hashes, isMultiline: isMultiline))
          index += hashes + (isMultiline ? 3 : 1)
          continue
        }
        if modes.count > 1, starts("(", at: index) {
          modes[modes.count - 1] = .code(parentheses: parentheses + 1)
        }
        if modes.count > 1, starts(")", at: index) {
          if parentheses == 0 {
            modes.removeLast()
            blank(index)
          } else {
            modes[modes.count - 1] = .code(parentheses: parentheses - 1)
          }
        }
        index += 1

      case .string(let hashes, let isMultiline):
        let fence = String(repeating: "#", count: hashes)
        let end = (isMultiline ? "\"\"\"" : "\"") + fence
        if starts(end, at: index) {
          modes.removeLast()
          index += end.utf8.count
        } else if starts("\\" + fence + "(", at: index) {
          modes.append(.code(parentheses: 0))
          for place in index..<(index + hashes + 2) where !keepingStrings { blank(place) }
          index += hashes + 2
        } else {
          let width = starts("\\" + fence, at: index) ? hashes + 2 : 1
          for place in index..<min(index + width, bytes.count) where !keepingStrings {
            blank(place)
          }
          index += width
        }
      }
    }
    text = String(decoding: output, as: UTF8.self)
  }

  /// The lines on which `needle` stands, counted from 1; at both ends of it no name goes on.
  func lines(with needle: String) -> [Int] {
    guard text.contains(needle) else { return [] }
    var found: [Int] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where SwiftCode.contains(line, needle) {
      found.append(number + 1)
    }
    return found
  }

  private static func contains(_ line: Substring, _ needle: String) -> Bool {
    var rest = line[...]
    while let range = rest.firstRange(of: needle) {
      let before =
        range.lowerBound == line.startIndex ? nil : line[line.index(before: range.lowerBound)]
      let after = range.upperBound == line.endIndex ? nil : line[range.upperBound]
      let startsFresh = !isName(needle.first) || !isName(before)
      let endsFresh = !isName(needle.last) || !isName(after)
      if startsFresh && endsFresh { return true }
      rest = rest[line.index(after: range.lowerBound)...]
    }
    return false
  }

  private static func isName(_ character: Character?) -> Bool {
    guard let character else { return false }
    return character.isLetter || character.isNumber || character == "_"
  }

  /// The modules imported, with their lines.
  var imports: [(module: String, line: Int)] {
    var found: [(String, Int)] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(separator: " ").map(String.init)
      guard let keyword = words.firstIndex(of: "import"),
        words[..<keyword].allSatisfy({ $0.hasPrefix("@") || SwiftCode.accessLevels.contains($0) })
      else { continue }
      let rest = words[(keyword + 1)...].drop { SwiftCode.declarations.contains($0) }
      guard let module = rest.first?.split(separator: ".").first else { continue }
      found.append((String(module), number + 1))
    }
    return found
  }

  private static let accessLevels: Set = [
    "public", "package", "internal", "fileprivate", "private",
  ]
  static let declarations: Set = [
    "struct", "class", "enum", "actor", "protocol", "typealias", "func", "var", "let",
  ]

  /// The names of types declared outside of any braces, with their lines.
  var topLevelTypes: [(name: String, line: Int)] {
    let kinds: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    var found: [(String, Int)] = []
    var depth = 0
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if depth == 0 {
        let words = line.split { !SwiftCode.isName($0) }.map(String.init)
        if let keyword = words.firstIndex(where: kinds.contains), keyword + 1 < words.count {
          found.append((words[keyword + 1], number + 1))
        }
      }
      depth += line.count { $0 == "{" } - line.count { $0 == "}" }
    }
    return found
  }
}
