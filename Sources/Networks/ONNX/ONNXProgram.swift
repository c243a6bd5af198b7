// What a graph of ONNX comes to for one size of picture: operators of the host's graph, each with its size.
import PluginKit

/// A list of steps. Steps that nothing hangs on cost nothing: they are not handed to the host.
struct ONNXProgram {
  /// What a step does with its operands.
  enum Operation {
    case input(String)
    case conv(ONNXConvolution)
    case transposedConv(ONNXTransposedConvolution)
    case pad(Borders, PadMode)
    case pool(Pool)
    /// With numbers per channel, both or neither.
    case norm(groups: Int, epsilon: Double, scale: [Float]?, shift: [Float]?)
    /// Numbers per channel; nil means 1 and 0.
    case affine(scale: [Float]?, shift: [Float]?)
    case relu, tanh
    case clamp(low: Double, high: Double)
    case activate(Activation)
    /// Of two maps; an axis of size 1 is repeated.
    case arithmetic(Arithmetic)
    case concat
    case slice(Range<Int>)
    case mean, channelMean
    case resize(Resize)
    case enlarge(Int)
    case depthToSpace(Int)
  }

  enum Arithmetic { case add, subtract, multiply, divide, minimum, maximum, power }

  struct Step {
    let operation: Operation
    let operands: [Int]
    let size: ONNXSize
  }

  private(set) var steps: [Step] = []
  private var known: [Key: Int] = [:]

  /// Steps without numbers of their own, which are made once.
  private struct Key: Hashable {
    let name: String
    let operands: [Int]
  }

  /// The size of a step's map.
  func size(_ step: Int) -> ONNXSize { steps[step].size }

  /// Adds a step.
  mutating func add(_ operation: Operation, _ operands: Int..., size: ONNXSize) -> Int {
    steps.append(Step(operation: operation, operands: operands, size: size))
    return steps.count - 1
  }

  /// Adds a step, unless there is the same one.
  private mutating func addOnce(_ operation: Operation, _ operands: [Int], size: ONNXSize) -> Int {
    let key = Key(name: "\(operation)", operands: operands)
    if let step = known[key] { return step }
    steps.append(Step(operation: operation, operands: operands, size: size))
    known[key] = steps.count - 1
    return steps.count - 1
  }

  /// Input number 0, 1, ...
  mutating func input(_ name: String, _ size: ONNXSize) -> Int { add(.input(name), size: size) }

  /// A function of each element.
  mutating func map(_ x: Int, _ operation: Operation) -> Int { addOnce(operation, [x], size: size(x)) }

  /// A function of each element of the activation kind.
  mutating func activate(_ x: Int, _ function: Activation) -> Int { map(x, .activate(function)) }

  /// x * scale + shift, joined with an affine step or a norm that gives `x`.
  mutating func affine(_ x: Int, scale: [Float]? = nil, shift: [Float]? = nil) -> Int {
    let joined = { (s: [Float]?, b: [Float]?) -> (scale: [Float]?, shift: [Float]?) in
      let first = Self.product(s, scale)
      let moved = b.map { Self.product($0, scale) ?? $0 }
      guard let moved, let shift else { return (first, moved ?? shift) }
      return (first, zip(moved, shift).map { $0 + $1 })
    }
    switch steps[x].operation {
    case .affine(let s, let b):
      let both = joined(s, b)
      return add(.affine(scale: both.scale, shift: both.shift), steps[x].operands[0], size: size(x))
    case .norm(let groups, let epsilon, let s, let b):
      let both = joined(s, b)
      let channels = size(x).channels
      return add(
        .norm(
          groups: groups, epsilon: epsilon, scale: both.scale ?? Array(repeating: 1, count: channels),
          shift: both.shift ?? Array(repeating: 0, count: channels)), steps[x].operands[0], size: size(x))
    default: return add(.affine(scale: scale, shift: shift), x, size: size(x))
    }
  }

  /// x times one number, plus one number.
  mutating func affine(_ x: Int, by scale: Float, plus shift: Float = 0) -> Int {
    let channels = size(x).channels
    return affine(
      x, scale: scale == 1 ? nil : Array(repeating: scale, count: channels),
      shift: shift == 0 ? nil : Array(repeating: shift, count: channels))
  }

  private static func product(_ a: [Float]?, _ b: [Float]?) -> [Float]? {
    guard let a, let b else { return a ?? b }
    return zip(a, b).map { $0 * $1 }
  }

  /// A function of two maps, or nil where an axis is neither equal nor 1 in one of them.
  mutating func arithmetic(_ function: Arithmetic, _ a: Int, _ b: Int) -> Int? {
    let (x, y) = (size(a), size(b))
    func wider(_ p: Int, _ q: Int) -> Int? { p == q || q == 1 ? p : p == 1 ? q : nil }
    guard let c = wider(x.channels, y.channels), let h = wider(x.height, y.height), let w = wider(x.width, y.width)
    else { return nil }
    if let norm = unrolledNorm(function, a, b) { return norm }
    return addOnce(.arithmetic(function), [a, b], size: ONNXSize(channels: c, height: h, width: w))
  }

  /// The mean of each channel.
  mutating func mean(_ x: Int) -> Int {
    addOnce(.mean, [x], size: ONNXSize(channels: size(x).channels, height: 1, width: 1))
  }

  /// The mean of each pixel.
  mutating func channelMean(_ x: Int) -> Int {
    addOnce(.channelMean, [x], size: ONNXSize(channels: 1, height: size(x).height, width: size(x).width))
  }

  /// `x` with borders; nil where nothing would be left.
  mutating func pad(_ x: Int, _ borders: Borders, _ mode: PadMode) -> Int? {
    guard borders != .all(0) else { return x }
    var size = size(x)
    size.height += borders.top + borders.bottom
    size.width += borders.left + borders.right
    return size.height >= 1 && size.width >= 1 ? add(.pad(borders, mode), x, size: size) : nil
  }

  /// Other channels of `x`, by their numbers.
  mutating func channels(_ x: Int, _ picks: [Int]) -> Int {
    var (size, count) = (size(x), size(x).channels)
    guard picks != Array(0..<count) else { return x }
    let runs = Self.runs(picks)
    guard runs.count <= 16 || picks.count * count > ONNXTensor.limit else {
      return matrix(x, picks.map { pick in (0..<count).map { $0 == pick ? 1 : 0 } })
    }
    count = 0
    var result: Int?
    for run in runs {
      size.channels = run.count
      let part = run == 0..<self.size(x).channels ? x : add(.slice(run), x, size: size)
      count += run.count
      size.channels = count
      if let all = result { result = add(.concat, all, part, size: size) } else { result = part }
    }
    return result ?? x
  }

  /// Numbers as pieces in which they follow each other.
  static func runs(_ picks: [Int]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for pick in picks {
      if let last = runs.last, last.upperBound == pick {
        runs[runs.count - 1] = last.lowerBound..<pick + 1
      } else {
        runs.append(pick..<pick + 1)
      }
    }
    return runs
  }

  /// Each pixel times a matrix, [out][in], plus numbers per output.
  mutating func matrix(_ x: Int, _ rows: [[Float]], plus shift: [Float]? = nil) -> Int {
    let weight = ONNXTensor([rows.count, size(x).channels, 1, 1], floats: Array(rows.joined()))
    return conv(x, ONNXConvolution(weight: weight, bias: shift.map { ONNXTensor([$0.count], floats: $0) })) ?? x
  }

  /// A convolution; nil where the kernel is larger than the map.
  mutating func conv(_ x: Int, _ conv: ONNXConvolution) -> Int? {
    let size = size(x)
    let (kernelHeight, kernelWidth) = conv.reach
    guard size.height >= kernelHeight, size.width >= kernelWidth else { return nil }
    return add(
      .conv(conv), x,
      size: ONNXSize(
        channels: conv.weight.shape[0], height: (size.height - kernelHeight) / conv.stride.height + 1,
        width: (size.width - kernelWidth) / conv.stride.width + 1))
  }

  /// Each pixel factor x factor times.
  mutating func enlarge(_ x: Int, _ factor: Int) -> Int {
    var size = size(x)
    size.height *= factor
    size.width *= factor
    return factor == 1 ? x : add(.enlarge(factor), x, size: size)
  }

  /// Another size.
  mutating func resize(_ x: Int, _ resize: Resize) -> Int {
    add(
      .resize(resize), x, size: ONNXSize(channels: size(x).channels, height: resize.height, width: resize.width))
  }
}

/// A convolution without padding.
struct ONNXConvolution {
  /// [out][in / groups][kh][kw]
  var weight: ONNXTensor
  /// [out]
  var bias: ONNXTensor?
  var stride = (height: 1, width: 1)
  var dilation = (height: 1, width: 1)
  var groups = 1

  init(weight: ONNXTensor, bias: ONNXTensor? = nil) { (self.weight, self.bias) = (weight, bias) }

  /// Pixels from the first tap to the last.
  var reach: (height: Int, width: Int) {
    ((weight.shape[2] - 1) * dilation.height + 1, (weight.shape[3] - 1) * dilation.width + 1)
  }
}

/// The transpose of a convolution.
struct ONNXTransposedConvolution {
  /// [in][out / groups][kh][kw]
  var weight: ONNXTensor
  /// [out]
  var bias: ONNXTensor?
  var stride = 1
  /// Of the full result.
  var cut = Borders.all(0)
  /// Added at bottom and right.
  var more = (height: 0, width: 0)
  var groups = 1
}
