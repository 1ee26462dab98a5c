import Units

/// The parts of a moment as headers name them: `Tue, 11 Nov 2025 00:17:04 GMT` (RFC 9110, 5.6.7).
struct HTTPDate {
  let weekday: String
  let day: String
  let month: String
  let year: String
  let clock: String

  init(_ time: Timestamp) {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    weekday = days[max(0, Int(time.nanoseconds / 86_400_000_000_000) % 7)]
    month = months[time.civil.month - 1]
    let text = time.description
    year = String(text.prefix(4))
    day = String(text.dropFirst(8).prefix(2))
    clock = String(text.dropFirst(11).prefix(8))
  }

  var text: String { "\(weekday), \(day) \(month) \(year) \(clock) GMT" }
}
