import Foundation

private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["PARALLAX_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget(name) else {
    preconditionFailure("PARALLAX_FUZZ_TARGET names no target: \"\(name)\"")
  }
  return target
}()

/// One input; under the name that libFuzzer's archive wants, whoever calls it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let buffer = unsafe UnsafeBufferPointer(start: bytes, count: count)
  unsafe target.run(buffer.span)
  return 0
}
