// What a .t7 file can hold: plain values, and objects by number. No code.

/// One value. Objects are numbers into the file's table of objects, so that a table which holds itself costs nothing.
enum Torch7Value {
  /// nil, or something harmless that nobody needs, such as a function that was skipped.
  case none
  case boolean(Bool)
  /// Lua knows only 64-bit floats.
  case number(Double)
  case text(String)
  case object(Int)
}

/// Something that other values may mention more than once.
enum Torch7Object {
  /// Being read, or a function that was skipped.
  case nothing
  /// Keys and values in turn.
  case table([Torch7Value])
  /// A module of nn or cudnn: its class, and its fields as keys and values in turn.
  case module(String, fields: [Torch7Value])
  case storage(Torch7Storage)
  case tensor(Torch7Tensor)
}

/// Elements in the file.
struct Torch7Storage {
  let elementType: ElementType
  let bytes: UnsafeRawBufferPointer
}

/// A tensor as the file describes it. Nothing in it is checked yet.
struct Torch7Tensor {
  let elementType: ElementType
  let shape: [Int]
  /// In elements.
  let strides: [Int]
  /// Number of the first element, from 0.
  let offset: Int
  /// What it says its storage is.
  let storage: Torch7Value
}

/// The result of reading a file.
struct Torch7Program {
  var root: Torch7Value
  var objects: [Torch7Object]
}
