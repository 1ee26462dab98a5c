/// Reads and writes the encodings of the wire.
enum Codecs {}
