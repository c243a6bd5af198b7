// Reads safetensors: eight bytes of length, a JSON header of that length, then the tensors without a gap.
// https://github.com/huggingface/safetensors#format

/// Safetensors in. As strict as the reference implementation: no duplicate keys, no holes, no overlaps, nothing after the last tensor.
enum SafetensorsReader {
  /// The reference implementation's limit, in bytes.
  static let maximumHeader = 100_000_000

  /// What the header says about one tensor.
  private struct Entry {
    var name = ""
    var elementType = ElementType.float32
    var shape: [Int] = []
    /// First byte and the byte after the last one, from the end of the header.
    var begin = 0
    var end = 0
  }

  static func read(_ file: MappedFile) throws(Fault) -> FileContents {
    var cursor = ByteCursor(file.bytes, place: "the file")
    let length = try cursor.integer(UInt64.self)
    guard length <= UInt64(cursor.remaining) else {
      throw .damaged("its header promises \(length) bytes, but only \(cursor.remaining) follow")
    }
    guard length <= UInt64(maximumHeader) else {
      throw .unsupported("its header is \(length) bytes long, more than the format's \(maximumHeader): split the file")
    }
    let header = try cursor.take(Int(length))
    let data = UnsafeRawBufferPointer(rebasing: file.bytes[cursor.position...])

    var contents = FileContents()
    let entries = try parse(header, metadata: &contents.metadata)
    try checkOrder(of: entries, dataBytes: data.count)
    contents.tensors.reserveCapacity(entries.count)
    for entry in entries {
      contents.tensors.append(try tensor(entry, data: data, file: file))
    }
    return contents
  }

  private static func parse(
    _ header: UnsafeRawBufferPointer, metadata: inout [String: String]
  ) throws(Fault) -> [Entry] {
    var entries: [Entry] = []
    var names: Set<String> = []
    var json = JSONCursor(header)
    try json.object { (key, cursor) throws(Fault) in
      guard names.insert(key).inserted else { throw .damaged("its header names '\(key.printable())' twice") }
      if key == "__metadata__" {
        try cursor.object { (key, cursor) throws(Fault) in
          guard metadata.updateValue(try cursor.string(), forKey: key) == nil else {
            throw .damaged("its metadata names '\(key.printable())' twice")
          }
        }
      } else {
        entries.append(try entry(named: key, &cursor))
      }
    }
    try json.end()
    return entries
  }

  private static func entry(named name: String, _ json: inout JSONCursor) throws(Fault) -> Entry {
    var entry = Entry(name: name)
    var found: Set<String> = []
    try json.object { (key, cursor) throws(Fault) in
      guard found.insert(key).inserted else {
        throw .damaged("tensor '\(name.printable())' has two fields '\(key.printable())'")
      }
      switch key {
      case "dtype": entry.elementType = try elementType(try cursor.string(), tensor: name)
      case "shape": entry.shape = try counts(&cursor, limit: TensorLayout.maximumRank, tensor: name)
      case "data_offsets":
        let offsets = try counts(&cursor, limit: 2, tensor: name)
        guard offsets.count == 2 else { throw .damaged("tensor '\(name.printable())' needs two data_offsets") }
        (entry.begin, entry.end) = (offsets[0], offsets[1])
      default: try cursor.skipValue()
      }
    }
    guard found.isSuperset(of: ["dtype", "shape", "data_offsets"]) else {
      throw .damaged("tensor '\(name.printable())' lacks its dtype, shape or data_offsets")
    }
    return entry
  }

  private static func counts(_ json: inout JSONCursor, limit: Int, tensor: String) throws(Fault) -> [Int] {
    var counts: [Int] = []
    try json.array { (cursor) throws(Fault) in
      guard counts.count < limit else {
        throw .damaged("tensor '\(tensor.printable())' has more than \(limit) numbers in a list")
      }
      counts.append(try cursor.count())
    }
    return counts
  }

  private static func elementType(_ dtype: String, tensor: String) throws(Fault) -> ElementType {
    guard let type = ElementType.allCases.first(where: { $0.safetensorsName == dtype }) else {
      throw .unsupported(
        "tensor '\(tensor.printable())' has the type '\(dtype.printable(limit: 16))', which is not supported: convert it to F32 or F16"
      )
    }
    return type
  }

  /// The tensors must fill the data exactly, each byte belonging to one of them.
  private static func checkOrder(of entries: [Entry], dataBytes: Int) throws(Fault) {
    var position = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == position, entry.end >= entry.begin, entry.end <= dataBytes else {
        throw .damaged(
          "tensor '\(entry.name.printable())' lies at bytes \(entry.begin) to \(entry.end), but should begin at \(position) of \(dataBytes)"
        )
      }
      position = entry.end
    }
    guard position == dataBytes else {
      throw .damaged("its tensors end at byte \(position) of \(dataBytes)")
    }
  }

  private static func tensor(_ entry: Entry, data: UnsafeRawBufferPointer, file: MappedFile) throws(Fault)
    -> NamedTensor
  {
    let storage = UnsafeRawBufferPointer(rebasing: data[entry.begin..<entry.end])
    do throws(Fault) {
      let layout = try TensorLayout(
        elementType: entry.elementType, shape: entry.shape, strides: TensorLayout.rowMajorStrides(entry.shape),
        offset: 0,
        storageBytes: storage.count, promise: WeightFile.promise(fileSize: file.bytes.count))
      guard layout.byteSpan == storage.count else {
        throw .damaged("its shape \(TensorLayout.text(entry.shape)) does not fill its \(storage.count) bytes")
      }
      return NamedTensor(name: entry.name, layout: layout, storage: storage, owner: file)
    } catch {
      throw Fault(kind: error.kind, reason: "tensor '\(entry.name.printable())': \(error.reason)")
    }
  }
}

extension ElementType {
  /// What safetensors calls it.
  var safetensorsName: String {
    switch self {
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float64: "F64"
    case .int64: "I64"
    case .int32: "I32"
    case .int16: "I16"
    case .int8: "I8"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}
