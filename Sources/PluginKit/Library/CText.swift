// Text across the border: immortal C strings out, bounded copies in.

/// Conversions between Swift strings and C text.
enum CText {
  /// A C string that lives as long as the process: for the plugin's static tables only.
  static func immortal(_ text: String) -> UnsafePointer<CChar> {
    let bytes = Array(text.utf8CString)
    // SAFETY: allocated once per table entry and never freed, as the contract asks of descriptors.
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    return UnsafePointer(copy.baseAddress ?? UnsafeMutablePointer<CChar>.allocate(capacity: 1))
  }

  /// The text at a C pointer, "" for NULL.
  static func string(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer else { return "" }
    return String(cString: pointer)
  }

  /// The text in a C array that was imported as a tuple, up to its first zero.
  static func string<Tuple>(in tuple: Tuple) -> String {
    withUnsafeBytes(of: tuple) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// Writes one zero-terminated line: newlines become spaces, what does not fit is cut between characters.
  static func write(_ text: String, to buffer: UnsafeMutableRawBufferPointer) {
    guard buffer.count > 0 else { return }
    var used = 0
    for scalar in text.unicodeScalars {
      let shown: Unicode.Scalar = scalar == "\n" || scalar == "\r" ? " " : scalar
      let encoded = UTF8.encode(shown)
      guard let encoded, scalar != "\0", used + encoded.count < buffer.count else { break }
      for byte in encoded {
        buffer[used] = byte
        used += 1
      }
    }
    buffer[used] = 0
  }
}
