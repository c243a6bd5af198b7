// Reads the directory of a zip archive whose entries are stored as they are, as torch.save writes it. Nothing is ever unpacked.
// APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3 and 4.5.3

/// The entries of a zip archive and where their bytes lie in the map.
struct ZipDirectory {
  /// One file in the archive.
  struct Entry {
    var name: String
    var flags: UInt16
    var method: UInt16
    var compressedSize: UInt64
    var size: UInt64
    /// Of its local header.
    var offset: UInt64
  }

  private let bytes: UnsafeRawBufferPointer
  /// By name; a name occurs once.
  let entries: [String: Entry]

  /// - Throws: `Fault` if there is no directory, if it lies outside the file, or if it names an entry twice.
  init(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    self.bytes = bytes
    let directory = try ZipDirectory.locate(in: bytes)
    var cursor = ByteCursor(directory.bytes, place: "its zip directory")
    var entries: [String: Entry] = [:]
    // Counted by what is there, not by what the archive says: each entry takes 46 bytes or more.
    while cursor.remaining > 0 {
      let entry = try ZipDirectory.entry(&cursor)
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw .damaged("its zip directory names '\(entry.name.printable())' twice")
      }
    }
    guard UInt64(entries.count) == directory.count else {
      throw .damaged("its zip directory promises \(directory.count) entries and lists \(entries.count)")
    }
    self.entries = entries
  }

  /// The bytes of an entry, borrowed from the map.
  func contents(of entry: Entry) throws(Fault) -> UnsafeRawBufferPointer {
    let name = entry.name.printable()
    guard entry.flags & 0x2041 == 0 else {
      throw .unsupported("its zip entry '\(name)' is encrypted: save the weights again with torch.save")
    }
    guard entry.method == 0, entry.compressedSize == entry.size else {
      throw .unsupported(
        "its zip entry '\(name)' is compressed, which torch.save never does: unpack it and store it again with 'zip -0', or save it again"
      )
    }
    guard entry.offset <= UInt64(bytes.count) else {
      throw .damaged("its zip entry '\(name)' begins past the end of the file")
    }
    var cursor = ByteCursor(bytes, at: Int(entry.offset), place: "its zip entry '\(name)'")
    guard try cursor.integer(UInt32.self) == 0x0403_4B50 else {
      throw .damaged("its zip entry '\(name)' is not where the directory says")
    }
    _ = try cursor.take(22)
    let nameLength = Int(try cursor.integer(UInt16.self))
    let extraLength = Int(try cursor.integer(UInt16.self))
    let localName = try cursor.take(nameLength)
    guard String(decoding: localName, as: UTF8.self) == entry.name else {
      throw .damaged("its zip entry '\(name)' has another name where it lies")
    }
    _ = try cursor.take(extraLength)
    guard entry.size <= UInt64(cursor.remaining) else {
      throw .damaged("its zip entry '\(name)' promises \(entry.size) bytes, but only \(cursor.remaining) follow")
    }
    // The checksum is not compared: reading all weights twice costs more than it finds, and torch.save may leave it out.
    return try cursor.take(Int(entry.size))
  }
}

// MARK: - The directory itself

extension ZipDirectory {
  private struct Location {
    var bytes: UnsafeRawBufferPointer
    var count: UInt64
  }

  /// Finds the end record, which may be followed by a comment of up to 65,535 bytes.
  private static func locate(in bytes: UnsafeRawBufferPointer) throws(Fault) -> Location {
    var position = bytes.count - 22
    let first = max(0, position - 65_535)
    while position >= first {
      if bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self) == 0x0605_4B50 {
        return try endRecord(in: bytes, at: position)
      }
      position -= 1
    }
    throw .damaged("it begins as a zip archive but has no zip directory at its end")
  }

  private static func endRecord(in bytes: UnsafeRawBufferPointer, at position: Int) throws(Fault) -> Location {
    var cursor = ByteCursor(bytes, at: position + 4, place: "its zip end record")
    let disks = try cursor.integer(UInt32.self)
    _ = try cursor.integer(UInt16.self)
    var count = UInt64(try cursor.integer(UInt16.self))
    var size = UInt64(try cursor.integer(UInt32.self))
    var offset = UInt64(try cursor.integer(UInt32.self))
    guard disks == 0 || disks == 0xFFFF_FFFF else {
      throw .unsupported("it is one part of a split zip archive: join the parts first")
    }
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      (count, size, offset) = try wideEndRecord(in: bytes, before: position)
    }
    guard offset <= UInt64(position), size <= UInt64(position) - offset else {
      throw .damaged("its zip directory lies outside the file")
    }
    let range = Int(offset)..<Int(offset) + Int(size)
    return Location(bytes: UnsafeRawBufferPointer(rebasing: bytes[range]), count: count)
  }

  /// The zip64 end record, found through its locator right before the ordinary one.
  private static func wideEndRecord(
    in bytes: UnsafeRawBufferPointer, before position: Int
  ) throws(Fault) -> (count: UInt64, size: UInt64, offset: UInt64) {
    guard position >= 20 else { throw .damaged("its zip64 record is missing") }
    var locator = ByteCursor(bytes, at: position - 20, place: "its zip64 locator")
    guard try locator.integer(UInt32.self) == 0x0706_4B50 else { throw .damaged("its zip64 record is missing") }
    _ = try locator.integer(UInt32.self)
    let start = try locator.integer(UInt64.self)
    guard start <= UInt64(position) else { throw .damaged("its zip64 record lies outside the file") }
    var record = ByteCursor(bytes, at: Int(start), place: "its zip64 record")
    guard try record.integer(UInt32.self) == 0x0606_4B50 else { throw .damaged("its zip64 record is missing") }
    _ = try record.take(28)
    let count = try record.integer(UInt64.self)
    let size = try record.integer(UInt64.self)
    let offset = try record.integer(UInt64.self)
    return (count, size, offset)
  }

  private static func entry(_ cursor: inout ByteCursor) throws(Fault) -> Entry {
    guard try cursor.integer(UInt32.self) == 0x0201_4B50 else {
      throw .damaged("its zip directory holds something that is no entry")
    }
    _ = try cursor.integer(UInt32.self)  // versions
    let flags = try cursor.integer(UInt16.self)
    let method = try cursor.integer(UInt16.self)
    _ = try cursor.take(8)  // time, date, checksum
    let compressed = try cursor.integer(UInt32.self)
    let size = try cursor.integer(UInt32.self)
    let nameLength = Int(try cursor.integer(UInt16.self))
    let extraLength = Int(try cursor.integer(UInt16.self))
    let commentLength = Int(try cursor.integer(UInt16.self))
    _ = try cursor.take(8)  // disk and attributes
    let offset = try cursor.integer(UInt32.self)
    let name = String(decoding: try cursor.take(nameLength), as: UTF8.self)
    var entry = Entry(
      name: name, flags: flags, method: method, compressedSize: UInt64(compressed), size: UInt64(size),
      offset: UInt64(offset))
    try widen(&entry, with: try cursor.take(extraLength))
    _ = try cursor.take(commentLength)
    return entry
  }

  /// Replaces the fields that did not fit 32 bits by those of the zip64 extra field, which holds only those, in this order.
  private static func widen(_ entry: inout Entry, with extra: UnsafeRawBufferPointer) throws(Fault) {
    var cursor = ByteCursor(extra, place: "its zip directory")
    while cursor.remaining >= 4 {
      let tag = try cursor.integer(UInt16.self)
      let field = try cursor.take(Int(try cursor.integer(UInt16.self)))
      guard tag == 1 else { continue }
      var wide = ByteCursor(field, place: "its zip64 field")
      if entry.size == 0xFFFF_FFFF { entry.size = try wide.integer(UInt64.self) }
      if entry.compressedSize == 0xFFFF_FFFF { entry.compressedSize = try wide.integer(UInt64.self) }
      if entry.offset == 0xFFFF_FFFF { entry.offset = try wide.integer(UInt64.self) }
      return
    }
  }
}
