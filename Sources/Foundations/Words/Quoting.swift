/// `text` in quotes, short enough for a line, with control characters shown as escapes.
///
/// A file's words go to a terminal: they must not move its cursor.
public func quoted(_ text: String) -> String {
  let limit = 60
  let isLong = text.unicodeScalars.count > limit
  let shown = isLong ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) : text
  return "\"" + printable(shown) + (isLong ? "…" : "") + "\""
}

/// `text` with control characters shown as escapes.
public func printable(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      shown += "\\u{" + String(scalar.value, radix: 16) + "}"
    default: shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}
