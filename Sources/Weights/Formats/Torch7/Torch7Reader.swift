// Reads what Torch7 (Lua) saves: one object in binary form, little-endian, with 8-byte longs.

/// Torch7's serialised objects in.
enum Torch7Reader {
  /// Whether a file begins as a binary .t7: a table or a torch object with the index 1.
  static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [3, 0, 0, 0, 1, 0, 0, 0]) || bytes.starts(with: [4, 0, 0, 0, 1, 0, 0, 0])
  }

  /// Whether a file begins as the same in Torch7's text form.
  static func recognisesText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: "3\n1\n".utf8) || bytes.starts(with: "4\n1\n".utf8)
  }

  static func read(_ file: MappedFile) throws(Fault) -> FileContents {
    try Torch7Network.flatten(Torch7Parser.run(file.bytes), file: file)
  }
}
