// Reads the objects of a .t7 file one after the other, and runs nothing.
// https://github.com/torch/torch7/blob/master/doc/serialization.md

/// Turns the bytes of a .t7 file into values.
///
/// Every value takes at least four bytes of the file, containers only hold what follows them, and there is a limit to how many
/// there may be and how deep: neither time nor memory can grow beyond the size of the file.
struct Torch7Parser {
  var cursor: ByteCursor
  private var objects: [Torch7Object] = []
  /// Numbers in `objects`, by the index in the file.
  private var known: [Int32: Int] = [:]
  private var allowance = 2_000_000

  /// Containers in containers; networks have three levels for each level of modules.
  static let maximumDepth = 160

  /// What an object begins with.
  private enum Tag: Int32 {
    case none = 0
    case number = 1
    case string = 2
    case table = 3
    case torch = 4
    case boolean = 5
    /// A function of the first versions, which has no index.
    case plainFunction = 6
    case oldFunction = 7
    case function = 8
  }

  private init(_ bytes: UnsafeRawBufferPointer) { cursor = ByteCursor(bytes, place: "the file") }

  /// Reads the one object that a file holds.
  static func run(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> Torch7Program {
    var parser = Torch7Parser(bytes)
    let root = try parser.value(depth: 0)
    guard parser.cursor.remaining == 0 else {
      throw .damaged("the file goes on after the end of its object, at byte \(parser.cursor.position)")
    }
    return Torch7Program(root: root, objects: parser.objects)
  }

  /// The next value, whatever it is.
  mutating func value(depth: Int) throws(Fault) -> Torch7Value {
    guard depth < Torch7Parser.maximumDepth else {
      throw .damaged("its tables are nested deeper than \(Torch7Parser.maximumDepth)")
    }
    allowance -= 1
    if allowance < 0 { throw .unsupported("it holds more than 2,000,000 values: save the network alone") }
    let start = cursor.position
    let code = try cursor.integer(Int32.self)
    guard let tag = Tag(rawValue: code) else {
      throw .damaged("the file holds an object of the unknown type \(code) at byte \(start)")
    }
    switch tag {
    case .none: return .none
    case .number: return .number(Double(bitPattern: try cursor.integer(UInt64.self)))
    case .string: return .text(String(decoding: try text(), as: UTF8.self))
    case .boolean: return .boolean(try cursor.integer(Int32.self) == 1)
    case .plainFunction:
      try skipFunction(depth: depth)
      return .none
    case .table, .torch, .oldFunction, .function: return try object(tag, depth: depth)
    }
  }

  /// An object with an index: read where it is mentioned first, looked up where it is mentioned again.
  private mutating func object(_ tag: Tag, depth: Int) throws(Fault) -> Torch7Value {
    let index = try cursor.integer(Int32.self)
    if let number = known[index] { return .object(number) }
    let number = objects.count
    known[index] = number
    objects.append(.nothing)
    switch tag {
    case .table: objects[number] = .table(try pairs(depth: depth))
    case .torch: objects[number] = try torchObject(depth: depth)
    default: try skipFunction(depth: depth)
    }
    return .object(number)
  }

  /// The keys and values of a table, in turn.
  private mutating func pairs(depth: Int) throws(Fault) -> [Torch7Value] {
    let count = try cursor.integer(Int32.self)
    guard count >= 0, Int(count) <= cursor.remaining / 8 else {
      throw .damaged("a table promises \(count) entries, but only \(cursor.remaining) bytes follow")
    }
    var items: [Torch7Value] = []
    for _ in 0..<count {
      items.append(try value(depth: depth + 1))
      items.append(try value(depth: depth + 1))
    }
    return items
  }

  /// Passes over the byte code of a function and the values it has caught; neither is of any use here.
  private mutating func skipFunction(depth: Int) throws(Fault) {
    _ = try text()
    _ = try value(depth: depth + 1)
  }

  /// Bytes with their number before them.
  mutating func text() throws(Fault) -> UnsafeRawBufferPointer {
    try cursor.take(Int(try cursor.integer(Int32.self)))
  }

  /// The fields of a module: one table.
  mutating func fields(of name: String, depth: Int) throws(Fault) -> [Torch7Value] {
    guard case .object(let number) = try value(depth: depth + 1), case .table(let fields) = objects[number] else {
      throw .damaged("an object of class '\(name.printable())' has no table of fields")
    }
    return fields
  }
}
