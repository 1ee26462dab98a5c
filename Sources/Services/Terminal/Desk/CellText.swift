import Words

/// How many columns of a terminal `text` takes.
///
/// Counts a letter with its accents as one and the wide letters of East Asia, and most pictures, as
/// two. A close approximation of what terminals do; the screen also turns wrapping off.
public func cellCount(_ text: String) -> Int {
  text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + cellCount($1) }
}

private func cellCount(_ character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
    return 2
  default: break
  }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark: return 0
  default:
    // A letter that is told to look like a picture is as wide as one.
    return character.unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
  }
}

/// `text` in exactly `width` columns: blanks fill it up, and what is too long ends in `…`.
///
/// Control characters are shown as escapes: a venue's words must not move the cursor.
func fitted(_ text: String, _ width: Int, _ alignment: TextTable.Alignment = .leading) -> String {
  guard width > 0 else { return "" }
  let text = printable(text)
  let cells = cellCount(text)
  if cells <= width {
    let gap = String(repeating: " ", count: width - cells)
    return alignment == .leading ? text + gap : gap + text
  }
  var kept = ""
  var used = 0
  for character in text {
    let count = cellCount(character)
    guard used + count <= width - 1 else { break }
    kept.append(character)
    used += count
  }
  return kept + "…" + String(repeating: " ", count: width - 1 - used)
}

/// An age or a delay in at most six columns: `345 ms`, `12.3 s`, `59 min`, `3 h`; a dash for none.
func shortDuration(_ nanoseconds: Int64?) -> String {
  guard let nanoseconds else { return "–" }
  let sign = nanoseconds < 0 ? "-" : ""
  let milliseconds = nanoseconds.magnitude / 1_000_000
  let seconds = milliseconds / 1_000
  switch milliseconds {
  case ..<1_000: return (milliseconds == 0 ? "" : sign) + "\(milliseconds) ms"
  case ..<60_000: return "\(sign)\(seconds).\(milliseconds % 1_000 / 100) s"
  case ..<3_600_000: return "\(sign)\(seconds / 60) min"
  case ..<172_800_000: return "\(sign)\(seconds / 3_600) h"
  default: return "\(sign)\(seconds / 86_400) d"
  }
}
