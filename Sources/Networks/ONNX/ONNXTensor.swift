// Numbers that are known before the first frame: weights, and the shape arithmetic that exporters write.
import PluginKit

/// A tensor of known numbers.
struct ONNXTensor {
  /// What its elements are, as far as it matters: whole numbers divide otherwise, and quantised ones have their limits.
  enum Kind: Equatable {
    case float, int64, int32, int8, uint8, bool

    /// The kind behind a number of ONNX's TensorProto.DataType.
    init?(dataType: Int) {
      switch dataType {
      case 1, 10, 11, 16: self = .float
      case 2: self = .uint8
      case 3: self = .int8
      case 4, 5, 6: self = .int32
      case 7: self = .int64
      case 9: self = .bool
      default: return nil
      }
    }

    /// The smallest and the largest quantised number of this kind.
    var limits: ClosedRange<Double>? {
      switch self {
      case .uint8: 0...255
      case .int8: -128...127
      case .int32: Double(Int32.min)...Double(Int32.max)
      case .float, .int64, .bool: nil
      }
    }
  }

  private enum Numbers {
    case floats([Float])
    case integers([Int])
    case stored(Tensor)
  }

  let shape: [Int]
  let kind: Kind
  private let numbers: Numbers

  /// Elements that folding may make: shape arithmetic needs few, and a file that asks for more means no good.
  static let limit = 1 << 24

  init(_ shape: [Int], floats: [Float]) { (self.shape, kind, numbers) = (shape, .float, .floats(floats)) }

  init(_ shape: [Int], integers: [Int], kind: Kind = .int64) {
    (self.shape, self.kind, numbers) = (shape, kind, .integers(integers))
  }

  /// A tensor of the file; it is not read before its numbers are wanted.
  init(_ tensor: Tensor) {
    shape = tensor.shape
    numbers = .stored(tensor)
    kind =
      switch tensor.elementType {
      case .int8: .int8
      case .uint8: .uint8
      case .int16, .int32: .int32
      case .int64: .int64
      case .bool: .bool
      default: .float
      }
  }

  /// A list of whole numbers.
  init(_ list: [Int]) { self.init([list.count], integers: list) }

  /// How many elements there are.
  var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }

  /// The tensor of the file, where it is one of floating point numbers that nothing has been done to.
  var stored: Tensor? { if case .stored(let tensor) = numbers, tensor.isFloatingPoint { tensor } else { nil } }

  /// The elements in row-major order.
  var floats: [Float] {
    switch numbers {
    case .floats(let floats): floats
    case .integers(let integers): integers.map { Float($0) }
    case .stored(let tensor): tensor.floats()
    }
  }

  /// The elements in row-major order; floating point numbers are cut off.
  var integers: [Int] {
    switch numbers {
    case .floats(let floats): floats.map { Int(exactly: $0.rounded(.towardZero)) ?? 0 }
    case .integers(let integers): integers
    case .stored(let tensor): tensor.integers()
    }
  }

  /// The only element; nil where there are more.
  var scalar: Float? { count == 1 ? floats.first : nil }

  /// The number that all elements are; nil where they differ.
  var uniform: Float? {
    let floats = floats
    guard let first = floats.first, floats.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  /// The same elements in another shape of as many.
  func reshaped(_ shape: [Int]) -> ONNXTensor {
    switch numbers {
    case .floats(let floats): ONNXTensor(shape, floats: floats)
    case .integers(let integers): ONNXTensor(shape, integers: integers, kind: kind)
    case .stored: kind == .float ? ONNXTensor(shape, floats: floats) : ONNXTensor(shape, integers: integers, kind: kind)
    }
  }

  /// The elements at these places, in another shape of as many.
  func picking(_ places: [Int], shape: [Int]) -> ONNXTensor {
    if kind == .float {
      let from = floats
      return ONNXTensor(shape, floats: places.map { from[$0] })
    }
    let from = integers
    return ONNXTensor(shape, integers: places.map { from[$0] }, kind: kind)
  }

  /// As numbers of another kind.
  func cast(to kind: Kind) -> ONNXTensor {
    switch kind {
    case .float: ONNXTensor(shape, floats: floats)
    case .bool: ONNXTensor(shape, integers: floats.map { $0 == 0 ? 0 : 1 }, kind: .bool)
    default: ONNXTensor(shape, integers: integers, kind: kind)
    }
  }

  /// Elements from one index of an axis to the next.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }
}

/// Places of elements, for everything that only moves numbers.
enum ONNXPlaces {
  /// Axes that a value may have.
  static let axes = 64

  /// How many elements a shape has; nil where a size is negative, they are more than folding may make or the axes too many.
  /// A size of 0 does not excuse the others: parts of the shape are counted too.
  static func count(_ shape: [Int]) -> Int? {
    guard shape.count <= axes else { return nil }
    var count = 1
    for size in shape where size != 0 {
      guard size > 0, size <= ONNXTensor.limit else { return nil }
      count *= size
      guard count <= ONNXTensor.limit else { return nil }
    }
    return shape.contains(0) ? 0 : count
  }

  /// For each element of `shape` in row-major order, the sum of index times stride.
  static func walk(_ shape: [Int], strides: [Int], from start: Int = 0) -> [Int] {
    guard !shape.contains(0) else { return [] }
    var places = [start]
    for (size, stride) in zip(shape, strides) where size > 1 {
      var next: [Int] = []
      next.reserveCapacity(places.count * size)
      for place in places { for i in 0..<size { next.append(place + i * stride) } }
      places = next
    }
    return places
  }

  /// The shape of two tensors of which axes of size 1 are repeated; nil where they do not fit.
  static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    let (a, b) = (aligned(a, rank: rank), aligned(b, rank: rank))
    var shape: [Int] = []
    for (x, y) in zip(a, b) {
      guard x == y || x == 1 || y == 1 else { return nil }
      shape.append(x == 1 ? y : x)
    }
    return shape
  }

  /// Places in a tensor of this shape whose axes of size 1 are repeated to `target`.
  static func repeated(_ tensor: ONNXTensor, to target: [Int]) -> [Int] {
    let missing = target.count - tensor.shape.count
    let strides = tensor.strides
    let steps = target.indices.map { i in i < missing || tensor.shape[i - missing] == 1 ? 0 : strides[i - missing] }
    return walk(target, strides: steps)
  }

  private static func aligned(_ shape: [Int], rank: Int) -> [Int] {
    [Int](repeating: 1, count: rank - shape.count) + shape
  }
}
