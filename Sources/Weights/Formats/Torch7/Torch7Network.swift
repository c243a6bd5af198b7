// Walks what a .t7 file held: names the tensors of its modules, and says in JSON what the modules are.

/// Turns the objects of a .t7 file into named tensors and metadata.
struct Torch7Network {
  private let program: Torch7Program
  private let file: MappedFile
  private let promise: Int
  private var contents = FileContents()
  /// The outermost modules, as JSON.
  private var roots: [JSONValue] = []
  /// Steps and characters left: objects may be shared, so a small file can unfold to a tree without end.
  private var allowance: Int

  static let maximumDepth = 48
  static let maximumTextBytes = 256

  /// The fields that are weights; gradients and buffers are no part of a network.
  private static let weights = ["weight", "bias", "running_mean", "running_var", "running_std"]

  private init(_ program: Torch7Program, file: MappedFile) {
    self.program = program
    self.file = file
    promise = WeightFile.promise(fileSize: file.bytes.count)
    allowance = 100_000 + 16 * min(file.bytes.count, 4_000_000)
  }

  /// - Throws: `Fault` where there is no module, or a tensor that does not lie in its storage.
  static func flatten(_ program: Torch7Program, file: MappedFile) throws(Fault) -> FileContents {
    var walk = Torch7Network(program, file: file)
    try walk.visit(program.root, path: "", depth: 0)
    guard let first = walk.roots.first else {
      throw .unsupported("it holds no module of nn: give the file the network was saved to")
    }
    let whole: JSONValue =
      walk.roots.count == 1
      ? first : .object([("class", .text("table")), ("path", .text("")), ("modules", .array(walk.roots))])
    walk.contents.metadata["torch7.modules"] = whole.line
    return walk.contents
  }

  /// Looks for modules in the tables around them.
  private mutating func visit(_ value: Torch7Value, path: String, depth: Int) throws(Fault) {
    guard case .object(let number) = value else { return }
    try step(path, depth: depth)
    switch program.objects[number] {
    case .module(let name, let fields):
      roots.append(try module(name, fields: fields, path: path, depth: depth))
    case .table(let items):
      allowance -= items.count
      for (key, item) in Torch7Network.pairs(items) {
        try visit(item, path: join(path, key), depth: depth + 1)
        if path == "opt" { note(item, key: key) }
      }
    case .nothing, .storage, .tensor: break
    }
  }

  /// A plain option of training.
  private mutating func note(_ value: Torch7Value, key: String) {
    let text: String
    switch value {
    case .text(let plain): text = plain
    case .boolean(let flag): text = flag ? "true" : "false"
    case .number(let number): text = JSONValue.real(number).line
    case .none, .object: return
    }
    guard text.utf8.count <= Torch7Network.maximumTextBytes, contents.metadata.count < 1000 else { return }
    contents.metadata["torch7.opt." + key] = text
  }

  /// What a module is, and its weights and children on the way.
  private mutating func module(
    _ name: String, fields: [Torch7Value], path: String, depth: Int
  ) throws(Fault) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = []
    var children: [JSONValue]?
    allowance -= fields.count
    for (key, value) in Torch7Network.pairs(fields).sorted(by: { $0.key < $1.key }) {
      if key == "modules", case .object(let number) = value, case .table(let items) = program.objects[number] {
        children = try modules(items, path: path, depth: depth)
      } else if Torch7Network.weights.contains(key), case .object(let number) = value,
        case .tensor(let tensor) = program.objects[number], !tensor.shape.isEmpty
      {
        try add(tensor, named: join(path, key))
      } else if !["class", "path", "modules"].contains(key), let plain = Torch7Network.plain(value) {
        allowance -= key.utf8.count + plain.line.utf8.count
        members.append((key, plain))
      }
    }
    let head: [(key: String, value: JSONValue)] = [("class", .text(name.printable())), ("path", .text(path))]
    return .object(head + members + (children.map { [("modules", .array($0))] } ?? []))
  }

  /// The children of a container, in the order of their numbers.
  private mutating func modules(_ items: [Torch7Value], path: String, depth: Int) throws(Fault) -> [JSONValue] {
    var numbered: [(number: Int, object: Int)] = []
    for index in stride(from: 0, to: items.count - 1, by: 2) {
      if case .number(let key) = items[index], let number = Int(exactly: key),
        case .object(let object) = items[index + 1]
      {
        numbered.append((number, object))
      }
    }
    var children: [JSONValue] = []
    allowance -= items.count
    for (number, object) in numbered.sorted(by: { $0.number < $1.number }) {
      guard case .module(let name, let fields) = program.objects[object] else { continue }
      let path = join(path, String(number))
      try step(path, depth: depth + 1)
      children.append(try module(name, fields: fields, path: path, depth: depth + 1))
    }
    return children
  }

  private mutating func step(_ path: String, depth: Int) throws(Fault) {
    guard depth <= Torch7Network.maximumDepth else {
      throw .damaged("its modules are nested deeper than \(Torch7Network.maximumDepth), or hold themselves")
    }
    allowance -= 1 + path.utf8.count
    if allowance < 0 { throw .damaged("its modules unfold to more than its size allows") }
  }

  private mutating func add(_ tensor: Torch7Tensor, named name: String) throws(Fault) {
    do throws(Fault) {
      guard case .object(let number) = tensor.storage, case .storage(let storage) = program.objects[number],
        storage.elementType == tensor.elementType
      else { throw .damaged("it has no storage of its type") }
      let layout = try TensorLayout(
        elementType: tensor.elementType, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset,
        storageBytes: storage.bytes.count, promise: promise)
      contents.tensors.append(NamedTensor(name: name, layout: layout, storage: storage.bytes, owner: file))
    } catch {
      throw Fault(kind: error.kind, reason: "tensor '\(name.printable())': \(error.reason)")
    }
  }

  private func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// Keys that are texts or numbers, with their values.
  private static func pairs(_ items: [Torch7Value]) -> [(key: String, value: Torch7Value)] {
    stride(from: 0, to: items.count - 1, by: 2).compactMap { index in
      switch items[index] {
      case .text(let text): text.utf8.count <= maximumTextBytes ? (text, items[index + 1]) : nil
      case .number(let number): (JSONValue.real(number).line, items[index + 1])
      case .none, .boolean, .object: nil
      }
    }
  }

  /// A number, a truth or a short text as JSON.
  private static func plain(_ value: Torch7Value) -> JSONValue? {
    switch value {
    case .boolean(let flag): .bool(flag)
    case .number(let number): number.isFinite ? .real(number) : nil
    case .text(let text): text.utf8.count <= maximumTextBytes ? .text(text) : nil
    case .none, .object: nil
    }
  }
}
