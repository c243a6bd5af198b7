// Reads what torch.save writes since PyTorch 1.6: a zip archive with a pickle, `ROOT/data.pkl`, and one entry per storage,
// `ROOT/data/KEY`, all stored as they are. ROOT is any name. torch/serialization.py, _save

/// PyTorch's zip container in.
enum PyTorchZipReader {
  static func read(_ file: MappedFile) throws(Fault) -> FileContents {
    let zip = try ZipDirectory(file.bytes)
    let root = try root(of: zip)
    if let order = zip.entries[root + "byteorder"], try zip.contents(of: order).elementsEqual("big".utf8) {
      throw .unsupported("it was written by a big-endian machine: save it again on a common one")
    }
    guard let pickle = zip.entries[root + "data.pkl"] else { throw .damaged("it has no data.pkl") }
    var cursor = ByteCursor(try zip.contents(of: pickle), place: "its data.pkl")
    let program = try PickleMachine.run(&cursor)
    guard cursor.remaining == 0 else { throw .damaged("its data.pkl goes on after its end") }
    return try PyTorchStateDict.flatten(program, file: file) { (reference) throws(Fault) in
      guard let entry = zip.entries[root + "data/" + reference.key] else {
        throw .damaged("its storage '\(reference.key.printable())' is missing")
      }
      let bytes = try zip.contents(of: entry)
      guard reference.count <= bytes.count / reference.unitByteCount else {
        throw .damaged("its storage is \(bytes.count) bytes long and should hold \(reference.count) elements")
      }
      return bytes
    }
  }

  /// The folder of the archive that holds data.pkl, with a slash behind it, or nothing.
  private static func root(of zip: ZipDirectory) throws(Fault) -> String {
    let pickles = zip.entries.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    guard let pickle = pickles.first else {
      throw .unrecognised(
        "it is a zip archive, but not one of torch.save (no data.pkl): give a file written by torch.save")
    }
    guard pickles.count == 1 else {
      throw .unsupported("it holds \(pickles.count) files named data.pkl: give a file written by torch.save")
    }
    return String(pickle.dropLast("data.pkl".count))
  }
}
