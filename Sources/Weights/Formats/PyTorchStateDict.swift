// Walks what a pickle held and names the tensors in it by the path of keys that leads to each.

/// Turns nested containers into a flat list of named tensors, and the small values beside them into metadata.
struct PyTorchStateDict {
  /// Gives the bytes of a storage.
  typealias Storages = (StorageReference) throws(Fault) -> UnsafeRawBufferPointer

  private let program: PickleProgram
  private let file: MappedFile
  private let storages: Storages
  private let promise: Int
  private var contents = FileContents()
  /// Steps and characters of names left: containers may be shared, so a small pickle can unfold to a tree without end.
  private var allowance: Int

  static let maximumDepth = 48
  static let maximumNameBytes = 1024
  static let maximumMetadata = 1000
  static let maximumMetadataBytes = 256

  /// What training scripts call the one state dictionary they save beside an epoch and the like.
  private static let wrappers: Set<String> = ["model", "state_dict", "params", "params_ema", "net", "generator"]

  private init(_ program: PickleProgram, file: MappedFile, storages: @escaping Storages) {
    self.program = program
    self.file = file
    self.storages = storages
    promise = WeightFile.promise(fileSize: file.bytes.count)
    allowance = 100_000 + 16 * min(file.bytes.count, 4_000_000)
  }

  /// - Parameter storages: resolves a storage to exactly the bytes it says it has, or throws.
  static func flatten(
    _ program: PickleProgram, file: MappedFile, storages: @escaping Storages
  ) throws(Fault) -> FileContents {
    var walk = PyTorchStateDict(program, file: file, storages: storages)
    try walk.visit(program.root, path: "", depth: 0)
    walk.unwrap()
    return walk.contents
  }

  /// Takes the wrapper off the names where everything lies in one.
  private mutating func unwrap() {
    guard case .dictionary(let number) = program.root, !contents.tensors.isEmpty else { return }
    let items = program.containers[number]
    for index in stride(from: 0, to: items.count - 1, by: 2) {
      guard case .text(let key) = items[index], case .dictionary = items[index + 1],
        PyTorchStateDict.wrappers.contains(key), contents.tensors.allSatisfy({ $0.name.hasPrefix(key + ".") })
      else { continue }
      contents.tensors = contents.tensors.map { $0.renamed(String($0.name.dropFirst(key.utf8.count + 1))) }
      return
    }
  }

  private mutating func visit(_ value: PickleValue, path: String, depth: Int) throws(Fault) {
    guard depth <= PyTorchStateDict.maximumDepth else {
      throw .damaged("its containers are nested deeper than \(PyTorchStateDict.maximumDepth), or hold themselves")
    }
    allowance -= 1 + path.utf8.count
    if allowance < 0 { throw .damaged("its containers unfold to more than its size allows") }
    switch value {
    case .tensor(let number): try add(program.tensors[number], named: path.isEmpty ? "tensor" : path)
    case .dictionary(let number):
      let items = program.containers[number]
      for index in stride(from: 0, to: items.count - 1, by: 2) {
        guard let key = PyTorchStateDict.text(items[index]) else { continue }
        try visit(items[index + 1], path: try join(path, key), depth: depth + 1)
      }
    case .tuple(let number), .list(let number):
      for (index, item) in program.containers[number].enumerated() {
        try visit(item, path: try join(path, String(index)), depth: depth + 1)
      }
    default: note(value, path: path)
    }
  }

  private func join(_ path: String, _ key: String) throws(Fault) -> String {
    guard path.utf8.count + key.utf8.count < PyTorchStateDict.maximumNameBytes else {
      throw .damaged("a name in it is longer than \(PyTorchStateDict.maximumNameBytes) bytes")
    }
    return path.isEmpty ? key : path + "." + key
  }

  /// What a key or a small value says, as text.
  private static func text(_ value: PickleValue) -> String? {
    switch value {
    case .text(let text): text
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .bool(let flag): flag ? "true" : "false"
    default: nil
    }
  }

  private mutating func note(_ value: PickleValue, path: String) {
    guard let text = PyTorchStateDict.text(value), text.utf8.count <= PyTorchStateDict.maximumMetadataBytes,
      contents.metadata.count < PyTorchStateDict.maximumMetadata
    else { return }
    contents.metadata[path.isEmpty ? "value" : path] = text
  }

  private mutating func add(_ tensor: TensorReference, named name: String) throws(Fault) {
    do throws(Fault) {
      let reference = program.storages[tensor.storage]
      var storage = try storages(reference)
      if let part = reference.part {
        let size = reference.unitByteCount
        storage = UnsafeRawBufferPointer(rebasing: storage[part.lowerBound * size..<part.upperBound * size])
      }
      let layout = try TensorLayout(
        elementType: tensor.elementType, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset,
        storageBytes: storage.count, promise: promise)
      contents.tensors.append(NamedTensor(name: name, layout: layout, storage: storage, owner: file))
    } catch {
      throw Fault(kind: error.kind, reason: "tensor '\(name.printable())': \(error.reason)")
    }
  }
}
