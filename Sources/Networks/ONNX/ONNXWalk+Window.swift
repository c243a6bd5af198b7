// Operators whose windows slide over a map: convolutions, pools and borders.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func window(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    switch call.node.op {
    case "Conv", "FusedConv": return [try conv(call)]
    case "ConvTranspose": return [try transposedConv(call)]
    case "MaxPool", "AveragePool": return [try pool(call)]
    case "Pad": return [try pad(call)]
    case "Gemm", "MatMul": return [try product(call)]
    default: return nil
    }
  }

  private mutating func conv(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    guard call.node.op == "Conv" else { throw call.failure("the operator is not run: export without fused operators") }
    var x = try picture(call, 0)
    var conv = ONNXConvolution(weight: try weight(call), bias: try call.tensor(2))
    (conv.stride, conv.dilation) = (try call.pair("strides"), try call.pair("dilations"))
    conv.groups = call.integer("group", 1)
    let (size, shape) = (program.size(x), conv.weight.shape)
    guard (1...size.channels).contains(conv.groups), shape[0].isMultiple(of: conv.groups),
      shape[1] * conv.groups == size.channels
    else {
      throw call.failure(
        "weights \(WeightSet.text(shape)) in \(conv.groups) groups do not fit \(size.channels) channels")
    }
    if let bias = conv.bias, bias.shape != [shape[0]] {
      throw call.failure("its bias is \(WeightSet.text(bias.shape)), expected [\(shape[0])]")
    }
    guard max(conv.reach.height, conv.reach.width) <= Self.reach else {
      throw call.failure("its kernel reaches over \(conv.reach.height)x\(conv.reach.width) pixels")
    }
    let borders = try ONNXBorders.of(call, size: size, reach: conv.reach, stride: conv.stride)
    guard let padded = change({ $0.pad(x, borders, .zero) }) else { throw call.misfit("its borders leave nothing") }
    x = padded
    guard let result = change({ $0.conv(x, conv) }) else {
      throw call.misfit("the kernel \(WeightSet.text(shape)) is larger than its input")
    }
    return picture(result)
  }

  /// Pixels that a kernel may reach over, and one that is written out with zeros between its taps.
  private static let (reach, dilatedReach) = (1024, 64)

  /// The weight of a transposed convolution. The host has no dilation there: zeros are written between its taps.
  private func dilatedWeight(_ call: ONNXCall) throws(PluginError) -> ONNXTensor {
    let (kernel, dilation) = (try weight(call), try call.pair("dilations"))
    let high = (kernel.shape[2] - 1) * dilation.height + 1
    let wide = (kernel.shape[3] - 1) * dilation.width + 1
    guard max(high, wide) <= (dilation == (1, 1) ? Self.reach : Self.dilatedReach) else {
      throw call.failure("its kernel reaches over \(high)x\(wide) pixels")
    }
    guard dilation != (1, 1) else { return kernel }
    let shape = [kernel.shape[0], kernel.shape[1], high, wide]
    guard ONNXPlaces.count(shape) != nil else {
      throw call.failure("its weight becomes \(WeightSet.text(shape)) by its dilation, more than is written out")
    }
    return kernel.dilated(dilation, to: shape)
  }

  private func weight(_ call: ONNXCall) throws(PluginError) -> ONNXTensor {
    let weight = try call.needed(1)
    guard weight.shape.count == 4, weight.shape.allSatisfy({ $0 >= 1 }) else {
      throw call.failure("its weight is \(WeightSet.text(weight.shape)); only kernels of two axes are run")
    }
    return weight
  }

  private mutating func transposedConv(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let x = try picture(call, 0)
    let (size, stride) = (program.size(x), try call.pair("strides"))
    var conv = ONNXTransposedConvolution(weight: try dilatedWeight(call), bias: try call.tensor(2))
    (conv.stride, conv.groups) = (stride.height, call.integer("group", 1))
    let shape = conv.weight.shape
    guard stride.height == stride.width else { throw call.failure("strides of \(stride.height) and \(stride.width)") }
    guard shape[0] == size.channels, (1...size.channels).contains(conv.groups),
      size.channels.isMultiple(of: conv.groups)
    else {
      throw call.failure(
        "weights \(WeightSet.text(shape)) in \(conv.groups) groups do not fit \(size.channels) channels")
    }
    let channels = shape[1] * conv.groups
    if let bias = conv.bias, bias.shape != [channels] {
      throw call.failure("its bias is \(WeightSet.text(bias.shape)), expected [\(channels)]")
    }
    let more = call.integers("output_padding") ?? [0, 0]
    guard more.count == 2, more.allSatisfy({ (0...65536).contains($0) }) else {
      throw call.failure("'output_padding' is \(more)")
    }
    conv.more = (more[0], more[1])
    let from = made(call, for: 0)?.view.size ?? size
    let full = (
      (from.height - 1) * stride.height + shape[2] + more[0], (from.width - 1) * stride.width + shape[3] + more[1]
    )
    conv.cut = try ONNXBorders.cut(call, full: full, size: from, stride: stride)
    let borders = [conv.cut.top, conv.cut.left, conv.cut.bottom, conv.cut.right]
    guard borders.allSatisfy({ (0...65536).contains($0) }) else { throw call.failure("it cuts off \(borders)") }
    let height = (size.height - 1) * stride.height + shape[2] + more[0] - conv.cut.top - conv.cut.bottom
    let width = (size.width - 1) * stride.width + shape[3] + more[1] - conv.cut.left - conv.cut.right
    guard height >= 1, width >= 1 else { throw call.misfit("nothing is left of its output") }
    let result = ONNXSize(channels: channels, height: height, width: width)
    return picture(change { $0.add(.transposedConv(conv), x, size: result) })
  }

  private mutating func pool(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    guard call.node.outputs.count < 2 || call.node.outputs[1].isEmpty else {
      throw call.failure("the places of the largest numbers are not given")
    }
    let x = try picture(call, 0)
    let size = program.size(x)
    let isMean = call.node.op == "AveragePool"
    guard call.integers("kernel_shape") != nil else { throw call.failure("'kernel_shape' is missing") }
    var kernel = try call.pair("kernel_shape", in: 1...1 << 20)
    // A window that was the whole map at the file's own size is the whole map.
    if let old = made(call, for: 0)?.view.size, kernel == (old.height, old.width) {
      kernel = (size.height, size.width)
    }
    let (stride, dilation) = (try call.pair("strides"), try call.pair("dilations"))
    guard dilation == (1, 1) else { throw call.failure("dilations of a pool are not run") }
    let isPadded = isMean && call.integer("count_include_pad", 0) != 0
    var pool = Pool(!isMean ? .max : isPadded ? .meanPadded : .mean, size: 1, stride: 1)
    (pool.height, pool.width, pool.stride) = (kernel.height, kernel.width, stride)
    pool.padding = try ONNXBorders.of(call, size: size, reach: kernel, stride: stride)
    pool.isCeiled = call.integer("ceil_mode", 0) != 0
    let borders = pool.padding
    guard min(borders.top, borders.left, borders.bottom, borders.right) >= 0,
      max(borders.top, borders.bottom) < kernel.height, max(borders.left, borders.right) < kernel.width
    else { throw call.failure("borders of \(borders) around windows of \(kernel.height)x\(kernel.width)") }
    let height = pool.windows(size.height, kernel.height, stride.height, (borders.top, borders.bottom))
    let width = pool.windows(size.width, kernel.width, stride.width, (borders.left, borders.right))
    guard height >= 1, width >= 1 else { throw call.misfit("its window is larger than its input") }
    let result = ONNXSize(channels: size.channels, height: height, width: width)
    return picture(change { $0.add(.pool(pool), x, size: result) })
  }

  private mutating func pad(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let map = try straight(call.map(0), call)
    let rank = map.view.axes.count
    guard let list = try call.integers("pads", orInput: 1) else { throw call.failure("'pads' is missing") }
    let axes: [Int]
    if let named = try call.tensor(3)?.integers {
      var places: [Int] = []
      for axis in named { places.append(try call.axis(axis, rank: rank)) }
      axes = places
    } else {
      axes = Array(0..<rank)
    }
    guard list.count == 2 * axes.count, list.allSatisfy({ abs(max($0, -Int.max)) <= 1 << 20 }) else {
      throw call.failure("'pads' is \(list) for \(axes.count) axes")
    }
    var borders = Borders.all(0)
    for (i, axis) in axes.enumerated() where list[i] != 0 || list[i + axes.count] != 0 {
      switch map.view.role(axis) {
      case .rows: (borders.top, borders.bottom) = (list[i], list[i + axes.count])
      case .columns: (borders.left, borders.right) = (list[i], list[i + axes.count])
      default: throw call.failure("only rows and columns are padded, not axis \(axis)")
      }
    }
    let modes: [String: PadMode] = ["constant": .zero, "reflect": .reflect, "edge": .replicate]
    guard let mode = modes[call.text("mode") ?? "constant"] else {
      throw call.failure("mode '\(call.text("mode") ?? "")' is not run")
    }
    let level = mode == .zero ? Float(try call.number("value", orInput: 2) ?? 0) : 0
    guard level.isFinite else { throw call.failure("borders of \(level)") }
    let step = change { program in
      let x = level == 0 ? map.step : program.affine(map.step, by: 1, plus: -level)
      let padded = program.pad(x, borders, mode)
      return level == 0 ? padded : padded.map { program.affine($0, by: 1, plus: level) }
    }
    guard let step else { throw call.misfit("its borders leave nothing") }
    return .map(try resized(map, step, call))
  }
}

extension Pool {
  /// How many windows there are along an axis, as graph.h counts them.
  func windows(_ size: Int, _ window: Int, _ stride: Int, _ borders: (Int, Int)) -> Int {
    let room = size + borders.0 + borders.1 - window
    guard room >= 0 else { return isCeiled && room > -stride ? 1 : 0 }
    guard isCeiled else { return room / stride + 1 }
    let count = (room + stride - 1) / stride + 1
    return (count - 1) * stride >= size + borders.0 ? count - 1 : count
  }
}

extension ONNXTensor {
  /// A kernel with zeros between its taps, of the shape [][][high][wide] that this gives.
  fileprivate func dilated(_ dilation: (height: Int, width: Int), to target: [Int]) -> ONNXTensor {
    let (kh, kw, high, wide) = (shape[2], shape[3], target[2], target[3])
    var numbers = [Float](repeating: 0, count: target.reduce(1, *))
    for (i, number) in floats.enumerated() {
      let (plane, y, x) = (i / (kh * kw), i / kw % kh, i % kw)
      numbers[(plane * high + y * dilation.height) * wide + x * dilation.width] = number
    }
    return ONNXTensor(target, floats: numbers)
  }
}
