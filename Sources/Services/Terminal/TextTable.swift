/// A table in plain text: columns as wide as their widest cell, two blanks between them.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case leading, trailing }

  public struct Column: Sendable {
    public let title: String
    public let alignment: Alignment

    public init(_ title: String, _ alignment: Alignment = .trailing) {
      self.title = title
      self.alignment = alignment
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  public var isEmpty: Bool { rows.isEmpty }

  /// Adds a row of as many cells as there are columns.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has a cell for each column")
    rows.append(cells)
  }

  /// The lines, the titles first, each with `indent` blanks before it.
  public func lines(indent: Int = 0, _ style: Style = .plain) -> [String] {
    let widths = columns.indices.map { column in
      max(columns[column].title.count, rows.map { $0[column].count }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      var text = String(repeating: " ", count: indent)
      for (index, cell) in cells.enumerated() {
        if index > 0 { text += "  " }
        let gap = String(repeating: " ", count: widths[index] - cell.count)
        text += columns[index].alignment == .leading ? cell + gap : gap + cell
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    return [style.dim(line(columns.map(\.title)))] + rows.map(line)
  }
}
