// What a pickle of tensors can hold: plain values, containers by number, storages and tensors. No code.

/// One value on the stack of `PickleMachine`. Containers are numbers into the machine's tables, so that a container which holds
/// itself costs nothing, and freeing a million nested lists needs no recursion.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case text(String)
  /// Something harmless that nobody needs: an integer of more than 64 bits, a device.
  case opaque
  case global(PickleGlobal)
  case tuple(Int)
  case list(Int)
  /// Keys and values in turn.
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)
}

/// A storage as `persistent_load` would be asked for it: `('storage', type, key, location, count)`.
struct StorageReference: Hashable {
  /// Type of its elements; nil if it is untyped and counted in bytes.
  var elementType: ElementType?
  var key: String
  /// Number of elements; bytes if it is untyped.
  var count: Int
  /// Legacy files: the first element and the number of elements of a part of the storage.
  var part: Range<Int>?

  var unitByteCount: Int { elementType?.byteCount ?? 1 }
}

/// A tensor as `_rebuild_tensor_v2` would be asked for it. Nothing in it is checked yet.
struct TensorReference {
  var storage: Int
  var elementType: ElementType
  /// In elements.
  var offset: Int
  var shape: [Int]
  var strides: [Int]
}

/// The result of running a pickle.
struct PickleProgram {
  var root: PickleValue
  /// Items of the tuples, lists and dictionaries.
  var containers: [[PickleValue]]
  var storages: [StorageReference]
  var tensors: [TensorReference]
}
