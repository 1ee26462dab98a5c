/// How a piece of a line looks where colour is on.
enum Paint: Hashable, Sendable {
  case plain, bold, dim, red, green, yellow

  func apply(_ text: String, _ style: Style) -> String {
    switch self {
    case .plain: text
    case .bold: style.bold(text)
    case .dim: style.dim(text)
    case .red: style.red(text)
    case .green: style.green(text)
    case .yellow: style.yellow(text)
    }
  }
}

/// Text with its look, before it is cut to its column.
struct Cell: Hashable, Sendable {
  var text: String
  var paint: Paint

  init(_ text: String, _ paint: Paint = .plain) {
    self.text = text
    self.paint = paint
  }
}

/// Columns whose widths depend on the width of the terminal and on nothing else, so that numbers
/// stay in place while they change.
struct CellGrid {
  struct Column {
    var title: String
    /// In a terminal of the least width.
    var least: Int
    /// However wide the terminal.
    var most: Int
    var alignment: TextTable.Alignment = .trailing
  }

  private static let gap = 2

  private let columns: [Column]
  private let widths: [Int]
  private let width: Int
  private let style: Style

  init(_ columns: [Column], width: Int, _ style: Style) {
    self.columns = columns
    self.width = width
    self.style = style
    var widths = columns.map(\.least)
    var spare = width - widths.reduce(0, +) - CellGrid.gap * (columns.count - 1)
    precondition(spare >= 0, "the columns of a table fit into the least width")
    while spare > 0, let index = CellGrid.next(columns, widths) {
      widths[index] += 1
      spare -= 1
    }
    self.widths = widths
  }

  /// The column that grows next: of those that may, the one that has grown least.
  private static func next(_ columns: [Column], _ widths: [Int]) -> Int? {
    columns.indices.filter { widths[$0] < columns[$0].most }
      .min { widths[$0] - columns[$0].least < widths[$1] - columns[$1].least }
  }

  var titles: String { line(columns.map { Cell($0.title, .dim) }) }

  /// A line of as many cells as there are columns, each cut to its own.
  func line(_ cells: [Cell]) -> String {
    precondition(cells.count == columns.count, "a line has a cell for each column")
    var text = ""
    var used = 0
    for index in cells.indices {
      if index > 0 { text += String(repeating: " ", count: CellGrid.gap) }
      let piece = fitted(cells[index].text, widths[index], columns[index].alignment)
      text += cells[index].paint.apply(piece, style)
      used += widths[index] + (index > 0 ? CellGrid.gap : 0)
    }
    return text + String(repeating: " ", count: width - used)
  }
}
