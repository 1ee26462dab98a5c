import Testing

/// Where Swift's `unsafe` may stand, and why.
///
/// To add a file, give its path and the C library or the buffer that it wraps; a path that ends in
/// a slash stands for a folder. An entry that is no longer needed fails the test below.
private let unsafeFiles: [(path: String, reason: String)] = [
  ("Sources/Foundations/Codecs/JSONReader.swift", "reads a borrowed span by its address"),
  ("Sources/Foundations/Codecs/UTF8Validation.swift", "looks at eight bytes of a span at once"),
  ("Sources/Foundations/Reactor/ByteRing.swift", "owns the one buffer that two threads share"),
  ("Sources/Foundations/Reactor/Threads.swift", "pthread_create of the C library"),
  ("Sources/Foundations/Transport/", "owns libwebsockets' context and what it holds addresses of"),
  ("Sources/Foundations/Signing/HMAC.swift", "lends bytes to OpenSSL"),
  ("Sources/Foundations/Signing/LibraryVersion.swift", "reads OpenSSL's own text"),
  ("Sources/Foundations/Signing/P256Key.swift", "owns OpenSSL's key"),
  ("Sources/Foundations/Signing/SHA256.swift", "lends bytes to OpenSSL"),
  ("Tests/C/ReferenceBooksTests/ReferenceBooksTests.swift", "calls the C interface it tests"),
  ("Sources/Services/Configuration/EventParser.swift", "owns libyaml's parser and its input"),
  ("Sources/Services/Configuration/YAMLLibrary.swift", "reads libyaml's own text"),
  ("Sources/Services/Configuration/TextFile.swift", "open, read, and strerror of the C library"),
  ("Sources/Services/Recording/BlockIndex.swift", "lends one checked line to zlib's CRC-32"),
  ("Sources/Services/Recording/CompressionLibraries.swift", "reads zstd's and zlib's own text"),
  ("Sources/Services/Recording/ByteBuffer.swift", "owns the one buffer that files are read into"),
  ("Sources/Services/Recording/ByteScanner.swift", "compares a run of bytes after one check"),
  ("Sources/Services/Recording/Gzip.swift", "owns zlib's stream"),
  ("Sources/Services/Recording/InputFile.swift", "open and read of the C library"),
  ("Sources/Services/Recording/JSONStringText.swift", "looks at eight bytes of a string at once"),
  ("Sources/Services/Recording/LineBlock.swift", "lends a block's bytes to zstd"),
  ("Sources/Services/Recording/LineInput.swift", "finds line ends with memchr"),
  ("Sources/Services/Recording/MergedReader.swift", "lends the bytes of one of its readers"),
  ("Sources/Services/Recording/OutputFile.swift", "open, write, and sync of the C library"),
  ("Sources/Services/Recording/RecordingError.swift", "strerror of the C library"),
  ("Sources/Services/Recording/RecordingReader.swift", "lends the buffer's bytes until the next"),
  ("Sources/Services/Terminal/TerminalDevice.swift", "ioctl, termios, and write of the C library"),
  ("Sources/Tools/parallax-bench/Timing.swift", "clock_gettime of the C library"),
  ("Sources/Tools/parallax-bench/Reference.swift", "owns the C++ yardstick's handle"),
  ("Sources/Tools/parallax-fuzz/OneInput.swift", "takes libFuzzer's bytes"),
  ("Sources/Tools/parallax-fuzz/main.swift", "hands the arguments to libFuzzer"),
  ("Sources/Tools/parallax/HTTPDownload.swift", "owns libcurl's handle for one download"),
  ("Sources/Tools/parallax/DiskProbe.swift", "statvfs, write, and fsync of the C library"),
  ("Sources/Tools/parallax/NetworkProbe.swift", "getaddrinfo and sockets of the C library"),
  ("Sources/Tools/parallax/SystemProbe.swift", "clocks and limits, and libcurl's own text"),
  ("Sources/Services/Recording/Zstd.swift", "owns zstd's contexts"),
]

private enum LanguageRules {
  static func unsafeCode(
    _ tree: PackageTree,
    allowing allowed: [(path: String, reason: String)]
  ) -> [Finding] {
    var used: Set<String> = []
    var findings: [Finding] = []
    for file in tree.swiftFiles {
      let lines = file.code.lines(with: "unsafe")
      guard let line = lines.first else { continue }
      let entry = allowed.first {
        $0.path.hasSuffix("/") ? file.path.hasPrefix($0.path) : file.path == $0.path
      }
      if let entry {
        used.insert(entry.path)
      } else {
        let message = "unsafe code stands only in the files listed in LanguageTests.swift"
        findings.append(Finding(path: file.path, line: line, message: message))
      }
    }
    return findings
      + allowed.filter { !used.contains($0.path) }.map {
        Finding(path: $0.path, message: "is listed as unsafe and is not")
      }
  }

  /// What ends a program, or hides a race, without a reason on the page.
  static func refusedWords(_ tree: PackageTree) -> [Finding] {
    tree.swiftFiles.flatMap { file -> [Finding] in
      let code = file.code
      let lines = file.lines
      let outright = ["try!", "fatalError("].flatMap { word in
        code.lines(with: word).map {
          Finding(path: file.path, line: $0, message: "\(word) is refused")
        }
      }
      let unproven = code.lines(with: "@unchecked Sendable").filter { line in
        line < 2 || !trimmed(lines[line - 2]).hasPrefix("//")
      }
      return outright
        + unproven.map {
          let message = "@unchecked Sendable needs its proof on the line before"
          return Finding(path: file.path, line: $0, message: message)
        }
    }
  }

  /// A release keeps its checks.
  static func uncheckedBuilds(_ tree: PackageTree) -> [Finding] {
    tree.files.filter {
      ["Package.swift", "Makefile"].contains($0.path) || $0.path.hasPrefix("Scripts/")
        || $0.path.hasPrefix(".ci/")
    }.flatMap { file in
      file.lines.enumerated().filter { $0.element.contains("-Ounchecked") }.map {
        Finding(path: file.path, line: $0.offset + 1, message: "-Ounchecked is refused")
      }
    }
  }

  private static let clocks = [
    "ContinuousClock", "SuspendingClock", "Date(", "clock_gettime", "gettimeofday", "time(nil)",
  ]
  private static let dice = ["SystemRandomNumberGenerator", "arc4random", "arc4random_uniform"]
  private static let drawing = [".random(", ".randomElement(", ".shuffled(", ".shuffle("]

  /// Time and chance reach the domain and the venues as values.
  static func clocksAndDice(_ tree: PackageTree) -> [Finding] {
    let pure = tree.swiftFiles.filter {
      $0.path.hasPrefix("Sources/Domain/") || $0.path.hasPrefix("Sources/Venues/")
    }
    return pure.flatMap { file -> [Finding] in
      let code = file.code
      let named = (clocks + dice).flatMap { word in
        code.lines(with: word).map {
          Finding(path: file.path, line: $0, message: "\(word) has no place in a pure module")
        }
      }
      return named + drawing.flatMap { unseeded($0, in: code.text, of: file) }
    }
  }

  private static func unseeded(_ call: String, in code: String, of file: TextFile) -> [Finding] {
    var findings: [Finding] = []
    var rest = code[...]
    while let range = rest.firstRange(of: call) {
      let arguments = balanced(code, from: code.index(before: range.upperBound)) ?? ""
      if !arguments.contains("using:") {
        let line = code[..<range.lowerBound].count { $0 == "\n" } + 1
        let message = "\(call) without using: is not repeatable"
        findings.append(Finding(path: file.path, line: line, message: message))
      }
      rest = rest[range.upperBound...]
    }
    return findings
  }
}

@Suite("Language")
struct LanguageTests {
  @Test("comments and strings are not code; what is interpolated is")
  func code() {
    let source = """
      let a = "unsafe // \\(unsafe (b, ")")) unsafe" // unsafe
      let c = #"a\\(unsafe)"#; /* unsafe /* nested */ unsafe */ unsafe
      """
    #expect(SwiftCode(source).lines(with: "unsafe") == [1, 2])
    #expect(SwiftCode("\"unsafe\" // unsafe\n\"\\\" unsafe\"").lines(with: "unsafe") == [])
    #expect(SwiftCode("\"\"\"\nunsafe \" x\n\"\"\"\nunsafe").lines(with: "unsafe") == [4])
    #expect(SwiftCode("unsafeFlags notunsafe @unsafe").lines(with: "unsafe") == [1])
    #expect(SwiftCode("unsafeFlags notunsafe").lines(with: "unsafe") == [])
  }

  @Test("unsafe code stands only in listed files, and the list has no more than it needs")
  func unsafeCode() {
    let tree = PackageTree(files: [
      TextFile("Sources/A/B/Listed.swift", "unsafe x"), TextFile("Sources/A/C/In.swift", "unsafe"),
      TextFile("Sources/A/B/Other.swift", "let a = 1\nunsafe y"),
      TextFile("Sources/A/B/Clean.swift", "// unsafe"),
    ])
    let allowed = [
      ("Sources/A/B/Listed.swift", "a"), ("Sources/A/C/", "b"), ("Sources/A/B/Clean.swift", "c"),
    ]
    #expect(
      LanguageRules.unsafeCode(tree, allowing: allowed).map(\.description) == [
        "Sources/A/B/Other.swift:2: unsafe code stands only in the files listed in "
          + "LanguageTests.swift", "Sources/A/B/Clean.swift: is listed as unsafe and is not",
      ]
    )
    #expect(LanguageRules.unsafeCode(.package, allowing: unsafeFiles) == [])
    #expect(unsafeFiles.allSatisfy { !$0.reason.isEmpty })
  }

  @Test("no forced try, no fatal error, no unproven sendability")
  func refusedWords() {
    let text =
      "try! a()\nfatalError(\"b\")\nfinal class C: @unchecked Sendable {}\n// Proof.\n"
      + "final class D: @unchecked Sendable {}\ntry a() // try! b\n"
    #expect(
      LanguageRules.refusedWords(PackageTree(files: [TextFile("Sources/A/B/C.swift", text)]))
        .map(\.line) == [1, 2, 3]
    )
    #expect(LanguageRules.refusedWords(.package) == [])
  }

  @Test("no build drops its checks")
  func uncheckedBuilds() {
    let flag = "swift build -Xswiftc -Ounchecked\n"
    let tree = PackageTree(files: [TextFile("Scripts/a", "\n" + flag), TextFile("Docs/a.md", flag)])
    #expect(
      LanguageRules.uncheckedBuilds(tree).map(\.description) == [
        "Scripts/a:2: -Ounchecked is refused"
      ]
    )
    #expect(LanguageRules.uncheckedBuilds(.package) == [])
  }

  @Test("the domain and the venues read no clock and throw no dice")
  func clocksAndDice() {
    let text = """
      let a = ContinuousClock.now
      let b = Date()
      let c = CalendarDate(x)
      let d = Int.random(in: 0...1)
      let e = Int.random(
        in: 0...1, using: &generator)
      let f = list.shuffled()
      var g = SystemRandomNumberGenerator()
      let h = time(nil)
      """
    let tree = PackageTree(files: [
      TextFile("Sources/Domain/A/B.swift", text), TextFile("Sources/Services/A/B.swift", text),
    ])
    let findings = LanguageRules.clocksAndDice(tree)
    #expect(findings.compactMap(\.line).sorted() == [1, 2, 4, 7, 8, 9])
    #expect(findings.allSatisfy { $0.path == "Sources/Domain/A/B.swift" })
    #expect(LanguageRules.clocksAndDice(.package) == [])
  }
}
