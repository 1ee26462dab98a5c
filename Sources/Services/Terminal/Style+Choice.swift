extension Style {
  /// Colour where it can be shown and nobody refuses it.
  ///
  /// Refused by `--no-color`, by a `NO_COLOR` that is not empty (no-color.org), and by a terminal
  /// that calls itself dumb.
  public init(isRefused: Bool, noColor: String?, term: String?, isTerminal: Bool) {
    let isUnwanted = isRefused || noColor?.isEmpty == false || term == "dumb"
    self.init(isOn: isTerminal && !isUnwanted)
  }
}
