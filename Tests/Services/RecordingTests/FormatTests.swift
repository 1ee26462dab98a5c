import TestSupport
import Testing
import Units

@testable import Recording

@Suite("Formats of others")
struct FormatTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("tardis: a line is a frame, an empty line a disconnection")
  func tardis() throws {
    let read = try Reading(
      scratch.file(
        """
        2019-09-01T00:00:01.1234567Z {"a":1}
        2019-09-01T00:00:02Z [2]

        2019-09-01T00:00:03.5Z {}

        """
      )
    )
    #expect(read.format == .tardis)
    #expect(
      read.entries == [
        Entry(1_567_296_001_123_456_700, .frame, #"{"a":1}"#),
        Entry(1_567_296_002_000_000_000, .frame, "[2]"),
        Entry(1_567_296_002_000_000_000, .disconnected),
        Entry(1_567_296_003_500_000_000, .frame, "{}"),
      ]
    )
    #expect(read.findings.count == 0)
    #expect(read.bytesRead == read.bytesTotal)
  }

  @Test(
    "tardis: a line without a time and a space is a finding with its place",
    arguments: [
      "2019-09-01T00:00:01.Z {}", "2019-02-30T00:00:01Z {}", "2019-09-01T00:00:01+00:00 {}",
      "2019-09-01T00:00:60Z {}", "2019-09-01T00:00:01Z{}", "{}", " ",
    ]
  )
  func tardisRefusals(_ line: String) throws {
    let good = "2019-09-01T00:00:01Z {}\n"
    let read = try Reading(scratch.file(good + line + "\n" + good))
    #expect(read.entries.count == 2)
    #expect(read.findings.count == 1)
    #expect(read.findings.first.first?.line == 2)
    #expect(read.findings.first.first?.offset == 24)
  }

  @Test("cryptofeed 1: connections, requests, frames, and REST answers")
  func cryptofeed1() throws {
    let read = try Reading(
      scratch.file(
        """
        wss://ws.bitstamp.net/ <-> 1618677690.992526
        wss://ws.bitstamp.net/ <- 1618677691.4958642: {"s":1}
        1618677691.5: {"f": 1}
        https://www.bitstamp.net/api/v2/x -> 1618677696.673506: {"b": [1]}
        configuration: {"trades":[]}

        """
      )
    )
    #expect(read.format == .cryptofeed1)
    #expect(read.venue == "bitstamp")
    #expect(
      read.entries == [
        Entry(1_618_677_690_992_526_000, .connected, address: "wss://ws.bitstamp.net/"),
        Entry(1_618_677_691_495_864_200, .sent, #"{"s":1}"#, address: "wss://ws.bitstamp.net/"),
        Entry(1_618_677_691_500_000_000, .frame, #"{"f": 1}"#),
        Entry(
          1_618_677_696_673_506_000,
          .response,
          #"{"b": [1]}"#,
          address: "https://www.bitstamp.net/api/v2/x"
        ),
      ]
    )
    #expect(read.findings.count == 0)
  }

  @Test(
    "cryptofeed 1: any other line is a finding",
    arguments: [
      "1618677691.5 {}", "1618677691.: {}", "1.6e9: {}", "-1618677691.5: {}", "wss://x <> 1.5",
      "wss://x <-> 1.5 more", "99999999999.5: {}", "{}",
    ]
  )
  func cryptofeed1Refusals(_ line: String) throws {
    let read = try Reading(scratch.file("1.5: a\n" + line + "\n1.5: b\n"))
    #expect(read.payloads == ["a", "b"])
    #expect(read.findings.count == 1)
  }

  @Test("cryptofeed 2: keys in any order, unknown members of any shape skipped")
  func cryptofeed2() throws {
    let read = try Reading(
      scratch.file(
        #"""
        {"t":"header","format":2,"exchange":"GEMINI","config":{"l2":["A","}"]},"x":null}
        {"conn":"G.http.1","ts":1786313186.157984,"t":"http","url":"https:\/\/a.b","data":"[\"q\"]"}
        {"t": "connect", "conn": "G.ws.2", "ts": 1786313187, "addr": "wss://a.b"}
        {"t":"send","conn":"G.ws.2","ts":1786313187.5,"addr":"wss://a.b","data":"{}"}
        {"data":"{\"k\":\"v\\n\"}","x":[{"y":"]"}],"t":"recv","ts":1786313188.1962838,"conn":"c"}
        {"t":"disconnect","conn":"G.ws.2","ts":1786313189.0000000019}
        """# + "\n"
      )
    )
    #expect(read.format == .cryptofeed2)
    #expect(read.venue == "gemini")
    #expect(
      read.entries == [
        Entry(1_786_313_186_157_984_000, .response, #"["q"]"#, address: "https://a.b"),
        Entry(1_786_313_187_000_000_000, .connected, connection: 1, address: "wss://a.b"),
        Entry(1_786_313_187_500_000_000, .sent, "{}", connection: 1, address: "wss://a.b"),
        Entry(1_786_313_188_196_283_800, .frame, #"{"k":"v\n"}"#, connection: 2),
        Entry(1_786_313_189_000_000_001, .disconnected, connection: 1),
      ]
    )
    #expect(read.findings.count == 0)
  }

  @Test(
    "cryptofeed 2: the text of data is unescaped exactly",
    arguments: [
      (#""#, ""), (#"plain"#, "plain"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#"\u0041\u00e9\u20AC"#, "A\u{E9}\u{20AC}"), (#"\ud83d\ude00!"#, "\u{1F600}!"),
      (#"\u0000"#, "\u{0}"), ("é€😀", "é€😀"), ("éééééééé\u{7F}", "éééééééé\u{7F}"),
      (
        #"a long run without any escape, then one \" and a long run again \\"#,
        #"a long run without any escape, then one " and a long run again \"#
      ),
    ]
  )
  func unescapes(_ text: String, _ expected: String) throws {
    let line = #"{"t":"recv","conn":"c","ts":1.5,"data":""# + text + "\"}\n"
    let read = try Reading(scratch.file(line))
    #expect(read.payloads == [expected])
    #expect(read.findings.count == 0)
  }

  @Test(
    "cryptofeed 2: what is no JSON string, or no record, is refused",
    arguments: [
      #"{"t":"recv","ts":1.5,"data":"\x"}"#, #"{"t":"recv","ts":1.5,"data":"\ud83d"}"#,
      #"{"t":"recv","ts":1.5,"data":"\ude00"}"#, #"{"t":"recv","ts":1.5,"data":"\ud83d\u0041"}"#,
      #"{"t":"recv","ts":1.5,"data":"\ud83d\ud83d"}"#,
      #"{"t":"recv","ts":1.5,"data":"\ude00\ude00"}"#,
      #"{"t":"recv","ts":1.5,"data":"\u00g0"}"#, #"{"t":"recv","ts":1.5,"data":"\u00"}"#,
      #"{"t":"recv","ts":1.5,"data":"a\"}"#, #"{"t":"recv","ts":1.5,"data":"a"#,
      #"{"t":"recv","ts":1.5,"data":null}"#, #"{"t":"recv","ts":1.5}"#, #"{"t":"recv","data":""}"#,
      #"{"ts":1.5,"data":""}"#, #"{"t":"receive","ts":1.5,"data":""}"#,
      #"{"t":"recv","ts":1.5e3,"data":""}"#, #"{"t":"recv","ts":"1.5","data":""}"#,
      #"{"t":"recv","ts":1.5,"data":""} x"#, #"{"t":"recv","ts":1.5,"data":"",}"#,
      #"{"t":"recv","ts":1.5,"data":"" "x":1}"#, #"{"t":"recv","ts":1.5,"data":"","x":}"#,
      #"{"t":"recv","ts":1.5,"data":"","x":[}"#, "{\"t\":\"recv\",\"ts\":1.5,\"data\":\"\u{1}\"}",
      "[]", "x", "{}", "{",
    ]
  )
  func cryptofeed2Refusals(_ line: String) throws {
    let good = #"{"t":"recv","conn":"c","ts":1.5,"data":"good"}"# + "\n"
    let read = try Reading(scratch.file(good + line + "\n" + good))
    #expect(read.payloads == ["good", "good"])
    #expect(read.findings.count == 1)
    #expect(read.findings.first.first?.line == 2)
    #expect(read.findings.first.first?.offset == good.utf8.count)
  }

  @Test("cryptofeed 2: a last line without a newline counts when it is whole")
  func lastLine() throws {
    let line = #"{"t":"recv","conn":"c","ts":1.5,"data":"good"}"#
    #expect(try Reading(scratch.file(line + "\n" + line)).payloads == ["good", "good"])
    let torn = try Reading(scratch.file(line + "\n" + line.dropLast()))
    #expect(torn.payloads == ["good"])
    #expect(torn.problems == [.truncated])
  }

  @Test("crossbook: stamps near the header's start are times")
  func crossbook() throws {
    let read = try Reading(
      scratch.file("CBCAP1 kraken BTC/USD 1785641750295158100\n1785641750295158200 3\na\nb\n")
    )
    #expect(read.format == .crossbook)
    #expect(read.venue == "kraken")
    #expect(read.instrument == "BTC/USD")
    #expect(read.entries == [Entry(1_785_641_750_295_158_200, .frame, "a\nb")])
    #expect(read.findings.count == 0)
  }

  @Test("crossbook: other stamps count from the header's start")
  func crossbookCounter() throws {
    let read = try Reading(
      scratch.file("CBCAP1 kraken BTC/USD 1785552832693693000\n201 1\na\n301 0\n\n")
    )
    #expect(
      read.entries == [
        Entry(1_785_552_832_693_693_000, .frame, "a"), Entry(1_785_552_832_693_693_100, .frame, ""),
      ]
    )
  }

  @Test("crossbook: after a wrong count or a bad line, reading goes on at the next frame")
  func crossbookFaults() throws {
    let header = "CBCAP1 kraken BTC/USD 1000\n"
    let read = try Reading(
      scratch.file(
        header + "1000 2\nabc\n1001 1\nd\nnonsense\nmore\n1002 1\ne\n1003 x\n1004 1\nf\n"
      )
    )
    #expect(read.payloads == ["d", "e", "f"])
    #expect(read.findings.count == 3)
  }

  @Test("crossbook: a frame cut short is a truncated file", arguments: 1...8)
  func crossbookTruncation(_ missing: Int) throws {
    let text = "CBCAP1 kraken BTC/USD 1000\n1000 1\na\n1001 3\nbcd\n"
    let read = try Reading(scratch.file(String(text.dropLast(missing))))
    #expect(read.payloads == (missing == 1 ? ["a", "bcd"] : ["a"]))
    #expect(read.problems == (missing == 1 ? [] : [.truncated]))
  }

  @Test("a frame over the bound is refused without being read into memory")
  func tooLong() throws {
    let read = try Reading(
      scratch.file("CBCAP1 kraken BTC/USD 1000\n1000 67108865\na\n1001 1\nb\n")
    )
    #expect(read.payloads == ["b"])
    #expect(read.problems.first == .tooLong)
  }

  @Test("a line over the bound is refused, and the next one is read")
  func longLine() throws {
    var bytes = Array("1.5: a\n1.5: ".utf8)
    bytes += [UInt8](repeating: 0x78, count: RecordingLimits.recordBytes)
    bytes += Array("\n1.5: b\n".utf8)
    let read = try Reading(scratch.file(bytes))
    #expect(read.payloads == ["a", "b"])
    #expect(read.findings.first == [Finding(problem: .tooLong, line: 2, offset: 7)])
  }

  @Test("a JSON body is one answer without a time", arguments: [#"{"error":[]}"#, "[1]\n", ""])
  func body(_ text: String) throws {
    let read = try Reading(scratch.file(text))
    #expect(read.format == .body)
    #expect(
      read.entries
        == (text.isEmpty ? [] : [Entry(Record.timeUnknown.nanoseconds, .response, text)])
    )
  }

  @Test("bounds take the start and leave the end; a body has no time and is given")
  func bounds() throws {
    let bounds = times(2_000_000_000..<4_000_000_000)
    let path = scratch.file("1.0: a\n2.0: b\n4.0: c\n3.0: d\n")
    #expect(try Reading(path, within: bounds).payloads == ["b", "d"])
    #expect(try Reading(scratch.file("[]"), within: bounds).payloads == ["[]"])
  }

  @Test("a file of no known format is refused", arguments: ["hello\n", "12\n", "CBCAP1 x\n"])
  func unknown(_ text: String) {
    let path = scratch.file(text)
    #expect(throws: RecordingError.unknownFormat(path: path)) { try Reading(path) }
  }

  @Test("a file that is not there is refused with the system's reason")
  func missing() {
    #expect(throws: RecordingError.cannotOpen(path: "/nowhere", code: 2)) {
      try Reading("/nowhere")
    }
  }

  @Test("a last line without a newline in a line format is cut off")
  func unterminated() throws {
    let read = try Reading(scratch.file("1.5: a\n1.5: b"))
    #expect(read.payloads == ["a"])
    #expect(read.findings.isTruncated)
    #expect(read.findings.first == [Finding(problem: .truncated, line: 2, offset: 7)])
  }

  @Test("findings beyond the bound are only counted")
  func manyFindings() throws {
    let read = try Reading(
      scratch.file("1.5: a\n" + String(repeating: "nonsense\n", count: 1_000) + "1.5: b\n")
    )
    #expect(read.payloads == ["a", "b"])
    #expect(read.findings.count == 1_000)
    #expect(read.findings.first.count == RecordingLimits.findings)
  }
}

@Suite("Containers")
struct ContainerTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  static let text = (0..<60_000).map { "\($0).5: {\"n\":\($0)}\n" }.joined()

  @Test("the container is told from its first bytes, and may have several parts")
  func containers() throws {
    let bytes = Array(ContainerTests.text.utf8)
    let half = bytes.count / 2
    let plain = try Reading(scratch.file(bytes, name: "x.gz"))
    #expect(plain.entries.count == 60_000)
    let parts = [
      gzip(bytes), gzip(Array(bytes[..<half])) + gzip(Array(bytes[half...])),
      gzip(bytes) + [UInt8](repeating: 0, count: 600),
      zstd(bytes), zstd(Array(bytes[..<half])) + zstd(Array(bytes[half...])),
      [0x51, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3] + zstd(bytes),
    ]
    for stored in parts {
      let read = try Reading(scratch.file(stored))
      #expect(read.entries == plain.entries)
      #expect(read.findings.count == 0)
      #expect(read.bytesRead == stored.count)
    }
  }

  @Test("a stream cut short gives every whole line before the cut, and says so")
  func cut() throws {
    let bytes = Array("1.5: one\n2.5: two\n3.5: three\n".utf8)
    for (stored, overhead) in [(gzip(bytes), 15), (zstd(bytes), 9)] {
      for length in 4..<stored.count {
        guard
          let read = try? Reading(
            scratch.file(Array(stored[..<length])),
            format: .cryptofeed1
          )
        else {
          Issue.record("a cut at \(length) was not readable")
          continue
        }
        let expected = bytes.prefix(max(0, length - overhead)).filter { $0 == 0x0A }.count
        #expect(read.entries.count == expected, "cut at \(length)")
        #expect(read.problems == [.truncated], "cut at \(length)")
      }
    }
  }

  @Test("damage is a finding and ends the file")
  func damage() throws {
    var stored = gzip(Array(ContainerTests.text.utf8))
    stored[stored.count - 6] ^= 1
    let read = try Reading(scratch.file(stored))
    #expect(read.problems.last == .damaged)
    let garbage = try Reading(scratch.file(gzip(Array("1.5: a\n".utf8)) + [1, 2, 3]))
    #expect(garbage.payloads == ["a"])
    #expect(garbage.problems == [.damaged])
  }

  @Test("a zstd window over the bound is refused")
  func hugeWindow() throws {
    // A window descriptor of 0x88 asks for 128 MiB, of 0x90 for twice that.
    var stored = zstd(Array("1.5: a\n".utf8))
    stored[5] = 0x88
    #expect(try Reading(scratch.file(stored)).payloads == ["a"])
    stored[5] = 0x90
    let read = try Reading(scratch.file(stored), format: .cryptofeed1)
    #expect(read.entries.isEmpty)
    #expect(read.problems == [.damaged])
  }

  @Test("a small file that decompresses to a line of gigabytes takes little memory")
  func bomb() throws {
    var stored = zstd(Array("1.5: a\n".utf8))
    stored += [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
    // Blocks of one byte repeated 128 KiB: RFC 8878 section 3.1.1.2.2.
    for _ in 0..<8_192 { stored += [0x02, 0x00, 0x10, 0x78] }
    stored += [0x03, 0, 0, 0x78] + zstd(Array("\n1.5: b\n".utf8))
    var reader = try RecordingReader(path: scratch.file(stored))
    var count = 0
    while try reader.next() != nil { count += 1 }
    #expect(count == 2)
    #expect(reader.findings.first == [Finding(problem: .tooLong, line: 2, offset: 7)])
    let window = reader.windowBytes
    #expect(window <= 2 * RecordingLimits.recordBytes)
  }

  @Test("random bytes are findings or a refusal, never a crash", arguments: 0..<40)
  func random(_ seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    let starts = [
      "", "#parallax 1 venue=x\n", "2019-09-01T00:00:01Z {}\n", "1.5: a\n", "CBCAP1 a b 1\n",
      #"{"t":"recv","ts":1,"data":""}"# + "\n",
    ]
    for format in RecordingFormat.allCases {
      for start in starts {
        var bytes = Array(start.utf8)
        let alphabet = Array("\n\n {}\"\\:,#u0123456789tsdaTZ-.<>rcv".utf8)
        for _ in 0..<Int.random(in: 0...600, using: &generator) {
          bytes.append(
            Bool.random(using: &generator)
              ? UInt8.random(in: 0...255, using: &generator)
              : alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
          )
        }
        for stored in [bytes, gzip(bytes), zstd(bytes)] {
          var stored = stored
          if Bool.random(using: &generator) {
            stored[
              Int.random(in: 0..<max(1, stored.count), using: &generator) % max(1, stored.count)
            ] = 7
          }
          do {
            let read = try Reading(scratch.file(stored), format: format)
            #expect(read.bytesRead <= read.bytesTotal)
          } catch is RecordingError {}
        }
      }
    }
  }
}
