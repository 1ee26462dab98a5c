import Foundation

// Hands bytes from libFuzzer to the target that PARALLAX_FUZZ_TARGET names.

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

var count = CommandLine.argc
var arguments = unsafe CommandLine.unsafeArgv
exit(unsafe runFuzzer(&count, &arguments, fuzzOneInput))
