import Codecs

/// Reads `bytes` with a reader of their own; a reader cannot leave the call that made it.
func withReader<Value>(
  _ bytes: [UInt8],
  _ body: (inout JSONReader) throws(WireError) -> Value
) throws(WireError) -> Value {
  var reader = JSONReader(bytes.span)
  return try body(&reader)
}

func withReader<Value>(
  _ text: String,
  _ body: (inout JSONReader) throws(WireError) -> Value
) throws(WireError) -> Value {
  try withReader(Array(text.utf8), body)
}

/// What reading failed with; nil when it did not.
func refusal<Value>(
  _ bytes: [UInt8],
  _ body: (inout JSONReader) throws(WireError) -> Value
) -> WireError? {
  do {
    _ = try withReader(bytes, body)
    return nil
  } catch {
    return error
  }
}

func refusal<Value>(
  _ text: String,
  _ body: (inout JSONReader) throws(WireError) -> Value
) -> WireError? {
  refusal(Array(text.utf8), body)
}

/// The error of expecting something at a byte of `text`.
func expecting(_ expected: WireError.Expected, at offset: Int, of text: String) -> WireError {
  let bytes = Array(text.utf8)
  return WireError(
    offset: offset,
    expected: expected,
    found: bytes.indices.contains(offset) ? bytes[offset] : nil
  )
}
