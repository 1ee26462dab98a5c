import Foundation
import Terminal

signal(SIGPIPE, SIG_IGN)
let words = Array(CommandLine.arguments.dropFirst())
exit(Parallax.run(words, Console(isColorRefused: words.contains("--no-color"))).rawValue)
