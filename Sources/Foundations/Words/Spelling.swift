/// The word of `candidates` that `word` was most likely meant to be.
///
/// Counts single letters inserted, left out, changed, or swapped with a neighbour. At most a third
/// of the longer word may differ; the first of equals wins.
public func nearest(to word: String, in candidates: [String]) -> String? {
  let longest = 64
  let letters = Array(word.lowercased().unicodeScalars.prefix(longest))
  var best: (word: String, distance: Int)?
  for candidate in candidates {
    let other = Array(candidate.lowercased().unicodeScalars.prefix(longest))
    let distance = editDistance(letters, other)
    guard distance * 3 <= max(letters.count, other.count) else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.word
}

/// Optimal string alignment distance; time and memory grow with the product of the lengths.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var rows = [Array(0...right.count)]
  for i in 1..<(left.count + 1) {
    var row = [i]
    for j in 1..<(right.count + 1) {
      let isSame = left[i - 1] == right[j - 1]
      var cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (isSame ? 0 : 1))
      if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
        cost = min(cost, rows[i - 2][j - 2] + 1)
      }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
