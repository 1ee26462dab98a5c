import Units

/// A picture of lines over time, as SVG: no script, no font, nothing from elsewhere.
///
/// Colour is never the only sign: each line has its own dash and is named beside the picture.
struct LinePicture {
  struct Line {
    var name: String
    /// By bin: the lowest, the highest, and the last value; nil where nothing happened, which holds
    /// the last value before.
    var bins: [MarketSeries.Bin?]
    /// Whether a bin in which nothing happened means zero.
    var isRate = false
  }

  /// A span of time to be marked, such as a window.
  struct Mark {
    var from: Timestamp
    var to: Timestamp
    var name: String
  }

  var title: String
  var unit: String
  var lines: [Line]
  var marks: [Mark] = []
  /// Values to be drawn across, such as a break-even.
  var levels: [(value: Double, name: String)] = []
  var origin: Timestamp
  var binWidthNanoseconds: Int64
  var binCount: Int

  private static let size = (width: 960.0, height: 240.0)
  private static let frame = (left: 64.0, right: 16.0, top: 12.0, bottom: 28.0)

  /// Contrast on the page's background of 4.5 at least; dashes tell the lines apart without colour.
  private static let strokes: [(color: String, dash: String)] = [
    ("#A3E635", ""), ("#60A5FA", "6 3"), ("#FB923C", "2 3"), ("#E8F0EA", "10 3 2 3"),
    ("#FF6B6B", "4 2"), ("#C4B5FD", "1 4"), ("#FBBF24", "12 4"), ("#5EEAD4", "8 2 2 2 2 2"),
  ]

  private var duration: Double { Double(max(1, binCount)) * Double(binWidthNanoseconds) / 1e9 }

  private func x(_ seconds: Double) -> Double {
    let width = LinePicture.size.width - LinePicture.frame.left - LinePicture.frame.right
    return LinePicture.frame.left + min(1, max(0, seconds / duration)) * width
  }

  // MARK: Range

  /// From the least to the most of what is shown, with zero in it and ends at round numbers.
  private var range: (low: Double, high: Double, step: Double) {
    var low = levels.map(\.value).min().map { min(0, $0) } ?? 0
    var high = levels.map(\.value).max().map { max(0, $0) } ?? 0
    for line in lines {
      for case let bin? in line.bins {
        low = min(low, line.isRate ? 0 : bin.least)
        high = max(high, line.isRate ? Double(bin.count) / seconds : bin.most)
      }
    }
    if high - low < 1e-9 { high = low + 1 }
    let step = LinePicture.roundStep((high - low) / 4)
    return ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step, step)
  }

  private var seconds: Double { Double(binWidthNanoseconds) / 1e9 }

  /// The nearest 1, 2, or 5 times a power of ten that is not below `step`.
  static func roundStep(_ step: Double) -> Double {
    var power = 1.0
    while power * 10 <= step { power *= 10 }
    while power > step { power /= 10 }
    return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= step } ?? step
  }

  // MARK: Drawing

  var svg: String {
    let range = range
    let bottom = LinePicture.size.height - LinePicture.frame.bottom
    let height = bottom - LinePicture.frame.top
    func y(_ value: Double) -> Double {
      bottom - (value - range.low) / (range.high - range.low) * height
    }
    var parts = [
      #"<svg viewBox="0 0 960 240" role="img" aria-label="\#(escaped(summary))">"#,
      "<title>\(escaped(title))</title>",
    ]
    for mark in marks {
      let left = x(Double(mark.from.nanoseconds(since: origin)) / 1e9)
      let right = max(left + 1.5, x(Double(mark.to.nanoseconds(since: origin)) / 1e9))
      parts.append(
        #"<rect class="mark" x="\#(text(left))" y="\#(text(LinePicture.frame.top))" "#
          + #"width="\#(text(right - left))" height="\#(text(height))">"#
          + "<title>\(escaped(mark.name))</title></rect>"
      )
    }
    var value = range.low
    while value <= range.high + range.step / 2 {
      let isZero = abs(value) < range.step / 1e6
      parts.append(rule(at: y(value), isZero ? "zero" : "grid"))
      parts.append(
        label(axisText(value, range.step), LinePicture.frame.left - 8, y(value) + 4, "end")
      )
      value += range.step
    }
    parts += timeAxis(bottom)
    for level in levels {
      parts.append(rule(at: y(level.value), "level"))
      let right = LinePicture.size.width - LinePicture.frame.right
      parts.append(label(level.name, right, y(level.value) - 4, "end"))
    }
    for (index, line) in lines.enumerated() { parts.append(path(line, index, y)) }
    return (parts + ["</svg>"]).joined(separator: "\n")
  }

  private func path(_ line: Line, _ index: Int, _ y: (Double) -> Double) -> String {
    let stroke = LinePicture.strokes[index % LinePicture.strokes.count]
    var commands: [String] = []
    var isDrawing = false
    for bin in 0..<binCount {
      let known = bin < line.bins.count ? line.bins[bin] : nil
      let value: Double? =
        line.isRate ? Double(known?.count ?? 0) / seconds : known?.last
      guard let value else { continue }
      let left = x(Double(bin) * seconds)
      // A step: the value before holds until this bin.
      commands.append(
        isDrawing ? "H\(text(left))V\(text(y(value)))" : "M\(text(left)),\(text(y(value)))"
      )
      isDrawing = true
    }
    commands.append("H\(text(x(duration)))")
    let dash = stroke.dash.isEmpty ? "" : #" stroke-dasharray="\#(stroke.dash)""#
    return #"<path class="line" stroke="\#(stroke.color)"\#(dash) d="\#(commands.joined())">"#
      + "<title>\(escaped(line.name))</title></path>"
  }

  private func timeAxis(_ bottom: Double) -> [String] {
    let step = LinePicture.roundStep(duration / 6)
    return stride(from: 0, through: duration, by: step).map {
      label(axisText($0, step) + " s", x($0), bottom + 18, "middle")
    }
  }

  private func rule(at y: Double, _ kind: String) -> String {
    let right = LinePicture.size.width - LinePicture.frame.right
    return #"<line class="\#(kind)" x1="\#(text(LinePicture.frame.left))" x2="\#(text(right))" "#
      + #"y1="\#(text(y))" y2="\#(text(y))"/>"#
  }

  private func label(_ words: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
    #"<text x="\#(text(x))" y="\#(text(y))" text-anchor="\#(anchor)">\#(escaped(words))</text>"#
  }

  private func axisText(_ value: Double, _ step: Double) -> String {
    var decimals = 0
    var unit = step
    while decimals < 6, abs(unit - unit.rounded()) > 1e-9 {
      unit *= 10
      decimals += 1
    }
    return measured(value, decimals)
  }

  private func text(_ value: Double) -> String { measured(value, 1) }

  // MARK: Words

  /// The picture for those who do not see it.
  var summary: String {
    let values = lines.map { line -> String in
      let bins = line.bins.compactMap { $0 }
      guard let last = bins.last else { return "\(line.name): nothing" }
      if line.isRate {
        let all = bins.reduce(0) { $0 + $1.count }
        return "\(line.name): \(measured(Double(all) / duration, 1)) \(unit) on average"
      }
      let low = bins.map(\.least).min() ?? 0
      let high = bins.map(\.most).max() ?? 0
      return "\(line.name): \(measured(low, 2)) to \(measured(high, 2)), at the end "
        + "\(measured(last.last, 2)) \(unit)"
    }
    return "\(title). " + values.joined(separator: "; ")
  }

  /// The picture with its title, its legend, and its figures in words.
  var html: String {
    let legend = lines.enumerated().map { index, line in
      let stroke = LinePicture.strokes[index % LinePicture.strokes.count]
      let dash = stroke.dash.isEmpty ? "" : #" stroke-dasharray="\#(stroke.dash)""#
      return #"<li><svg viewBox="0 0 36 8" aria-hidden="true"><path class="line" "#
        + #"stroke="\#(stroke.color)"\#(dash) d="M0,4H36"/></svg>\#(escaped(line.name))</li>"#
    }
    return """
      <figure>
      <figcaption>\(escaped(title)) <span class="muted">\(escaped(unit))</span></figcaption>
      \(svg)
      <ul class="legend">\(legend.joined())</ul>
      </figure>
      """
  }
}

/// A measurement with so many decimals, in ASCII; never for money.
func measured(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "–" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let whole = Int((value * scale).rounded())
  let digits = String(whole.magnitude)
  let sign = whole < 0 ? "-" : ""
  guard decimals > 0 else { return sign + digits }
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// `text` as it may stand in HTML, between tags or in a quoted attribute.
func escaped(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.append(character)
    }
  }
}
