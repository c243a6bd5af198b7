// Reads what torch.save wrote before PyTorch 1.6: a magic number, a version, facts about the machine, the object and the list of
// its storages, each a pickle of its own, then per storage its number of elements and its elements.
// torch/serialization.py, _legacy_save

/// PyTorch's legacy container in.
enum PyTorchLegacyReader {
  /// The pickled number 0x1950a86a20f9469cfc6c.
  static let magic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  static func read(_ file: MappedFile) throws(Fault) -> FileContents {
    var cursor = ByteCursor(file.bytes, at: magic.count, place: "the file")
    let version = try PickleMachine.run(&cursor)
    guard case .integer(1001) = version.root else {
      throw .unsupported("it is a legacy PyTorch file of an unknown version: save it again with a current PyTorch")
    }
    try checkMachine(try PickleMachine.run(&cursor))
    let object = try PickleMachine.run(&cursor)
    let keys = try keyList(try PickleMachine.run(&cursor))
    let storages = try storages(of: object, inOrder: keys, &cursor)
    return try PyTorchStateDict.flatten(object, file: file) { (reference) throws(Fault) in
      guard let bytes = storages[reference.key] else {
        throw .damaged("its storage '\(reference.key.printable())' is missing")
      }
      // Two mentions of a storage may differ in what they claim; each must fit.
      guard reference.count <= bytes.count / reference.unitByteCount else {
        throw .damaged("its storage is \(bytes.count) bytes long and should hold \(reference.count) elements")
      }
      return bytes
    }
  }

  private static func checkMachine(_ facts: PickleProgram) throws(Fault) {
    guard case .dictionary(let number) = facts.root else { throw .damaged("it does not say what machine wrote it") }
    let items = facts.containers[number]
    for index in stride(from: 0, to: items.count - 1, by: 2) {
      if case .text("little_endian") = items[index], case .bool(false) = items[index + 1] {
        throw .unsupported("it was written by a big-endian machine: save it again on a common one")
      }
    }
  }

  private static func keyList(_ list: PickleProgram) throws(Fault) -> [String] {
    guard case .list(let number) = list.root else { throw .damaged("it has no list of storages") }
    var keys: [String] = []
    for item in list.containers[number] {
      switch item {
      case .text(let key): keys.append(key)
      case .integer(let key): keys.append(String(key))
      default: throw .damaged("its list of storages holds what is no name")
      }
    }
    return keys
  }

  /// Finds where each storage lies. The size of an element is known only from the object that mentions it.
  private static func storages(
    of object: PickleProgram, inOrder keys: [String], _ cursor: inout ByteCursor
  ) throws(Fault) -> [String: UnsafeRawBufferPointer] {
    var units: [String: Int] = [:]
    for reference in object.storages where units[reference.key] == nil {
      units[reference.key] = reference.unitByteCount
    }
    var storages: [String: UnsafeRawBufferPointer] = [:]
    for key in keys {
      guard let unit = units[key] else { throw .damaged("nothing in it mentions its storage '\(key.printable())'") }
      let count = try cursor.integer(Int64.self)
      let (byteCount, overflow) = Int(count).multipliedReportingOverflow(by: unit)
      guard count >= 0, !overflow, byteCount <= cursor.remaining else {
        throw .damaged(
          "its storage '\(key.printable())' promises \(count) elements, but only \(cursor.remaining) bytes follow")
      }
      guard storages.updateValue(try cursor.take(byteCount), forKey: key) == nil else {
        throw .damaged("its storage '\(key.printable())' is listed twice")
      }
    }
    return storages
  }
}
