import Foundation

// Hands bytes from libFuzzer to the target that PARALLAX_FUZZ_TARGET names.
//
//   parallax-fuzz LIBFUZZER'S OPTIONS
//   parallax-fuzz targets                               the names of all targets, a line each
//   parallax-fuzz index                                 the index that its target starts from
//   parallax-fuzz seeds LONGEST FOLDER RECORDING...     frames of recordings as files of FOLDER

typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's loop as a function, from the toolchain's `libclang_rt.fuzzer`.
///
/// It calls `body` with each input until a limit is reached or something breaks.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<Arguments>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

let words = CommandLine.arguments.dropFirst()
switch words.first {
case "targets": print(FuzzTarget.names.joined(separator: "\n"))
case "index": print(IndexedRecording.inScratch().index, terminator: "")
case "seeds":
  guard words.count >= 3, let longest = Int(words[2]), longest > 0 else {
    preconditionFailure("parallax-fuzz seeds LONGEST FOLDER RECORDING...")
  }
  Seeds.write(from: words.dropFirst(3), longest: longest, to: words[3])
default:
  var count = CommandLine.argc
  var arguments = unsafe CommandLine.unsafeArgv
  exit(unsafe runFuzzer(&count, &arguments, fuzzOneInput))
}
