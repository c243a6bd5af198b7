// Resize and its older forms.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func resizing(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    guard ["Resize", "Upsample"].contains(call.node.op) else { return nil }
    let map = try call.map(0)
    var roles: [ONNXFactor.Axis?] = map.view.axes.indices.map { map.view.role($0) }
    var axes = Array(roles.indices)
    if let named = call.integers("axes") {
      axes = []
      for axis in named { axes.append(try call.axis(axis, rank: roles.count)) }
    }
    let isWhole = roles.contains(.rows) && roles.contains(.columns)
    let x = isWhole ? map.step : try picture(call, 0)
    if !isWhole { roles = [nil, .channels, .rows, .columns] }
    let size = program.size(x)
    let request = try Request(call, count: axes.count, then: then(call))
    let sizes = roles.map { $0.map { size[$0] } ?? 1 }
    var (height, width) = (Target(size.height), Target(size.width))
    for (i, axis) in axes.enumerated() {
      let target = try request.target(i, sizes[axis], roles[axis], call)
      switch roles[axis] {
      case .rows: height = target
      case .columns: width = target
      default:
        guard target.size == sizes[axis] else { throw call.failure("it resizes axis \(axis), no rows or columns") }
      }
    }
    let step = try resized(x, (height, width), call)
    return [isWhole ? .map(try resized(map, step, call)) : picture(step)]
  }

  /// The sizes of input and output at the file's own size; nil where it has none.
  private func then(_ call: ONNXCall) -> (input: ONNXSize, output: ONNXSize)? {
    guard case .map(let input) = original?.inputs[call.number]?.first ?? nil,
      case .map(let output) = original?.outputs[call.number]?.first
    else { return nil }
    return (input.view.size, output.view.size)
  }

  private mutating func resized(
    _ x: Int, _ target: (height: Target, width: Target), _ call: ONNXCall
  ) throws(PluginError) -> Int {
    let size = program.size(x)
    let (height, width) = (target.height.size, target.width.size)
    guard height >= 1, width >= 1 else { throw call.misfit("nothing is left of its input") }
    if (height, width) == (size.height, size.width), target.height.scale == 1, target.width.scale == 1 { return x }
    let isSmaller = target.height.scale < 1 || target.width.scale < 1
    if call.version < 11, isSmaller, max(target.height.scale, target.width.scale) > 1 {
      throw call.failure("it makes one axis larger and the other smaller")
    }
    let style = try ONNXResizeStyle(call, isSingle: height == 1 || width == 1, isSmaller: isSmaller)
    if call.integer("antialias", 0) != 0, height < size.height || width < size.width {
      throw call.failure("smoothing before a reduction (antialias) is not run")
    }
    let isUneven = { (old: Int, target: Target) in abs(Double(old) * target.scale - Double(target.size)) > 1e-3 }
    if style.isSymmetric, isUneven(size.height, target.height) || isUneven(size.width, target.width) {
      throw call.misfit("'half_pixel_symmetric' is run where a size times its factor is a whole number")
    }
    let factor = height / size.height
    if style.isPlainEnlargement, factor >= 1, height == size.height * factor, width == size.width * factor,
      target.height.scale == Double(factor), target.width.scale == Double(factor)
    {
      return change { $0.enlarge(x, factor) }
    }
    var resize = Resize(style.mode, style.place, height: height, width: width)
    resize.scale = (target.height.scale, target.width.scale)
    return change { $0.resize(x, resize) }
  }

  /// The size of an axis afterwards.
  private struct Target {
    let size: Int
    let scale: Double

    init(_ size: Int) { (self.size, scale) = (size, 1) }
    init(_ size: Int, from old: Int) { (self.size, scale) = (size, Double(size) / Double(old)) }
    init(_ old: Int, times scale: Float) {
      size = Int(exactly: min((Float(old) * scale).rounded(.down), 0x1p24)) ?? 0
      self.scale = Double(scale)
    }
  }

  /// Sizes or factors, one for each axis that is named.
  private struct Request {
    let scales: [Float]?
    let sizes: [Int]?
    /// At the file's own size.
    let then: (input: ONNXSize, output: ONNXSize)?

    init(
      _ call: ONNXCall, count: Int, then: (input: ONNXSize, output: ONNXSize)?
    ) throws(PluginError) {
      let isOld = call.node.op == "Upsample" || call.version < 11
      let tensor = try call.tensor(isOld ? 1 : 2)
      scales = tensor.map(\.floats).flatMap { $0.isEmpty ? nil : $0 } ?? call.numbers("scales")?.map { Float($0) }
      sizes = isOld ? nil : try call.tensor(3)?.integers
      self.then = then
      guard let given = sizes?.count ?? scales?.count, given == count else {
        throw call.failure("it has sizes or factors for \(sizes?.count ?? scales?.count ?? 0) of \(count) axes")
      }
      let policy = call.text("keep_aspect_ratio_policy") ?? "stretch"
      guard sizes == nil || policy == "stretch" else { throw call.failure("policy '\(policy)' is not run") }
    }

    func target(
      _ i: Int, _ size: Int, _ role: ONNXFactor.Axis?, _ call: ONNXCall
    ) throws(PluginError) -> Target {
      let target: Target
      if let sizes {
        guard (1...1 << 24).contains(sizes[i]) else { throw call.failure("a size of \(sizes[i])") }
        target = Target(sizes[i], from: size)
      } else {
        guard let scale = scales?[i], scale > 0, scale <= 1024 else { throw call.failure("a factor of no use") }
        target = Target(size, times: scale)
        if let role, let then, Target(then.input[role], times: scale).size == then.output[role] { return target }
      }
      // What comes out the same of another size was a number in the file, and meant as a part of what goes in.
      guard let role, let then, then.input[role] != size, then.output[role] == target.size else { return target }
      let moved = target.size * size / then.input[role]
      guard moved >= 1 else { throw call.misfit("a size of \(target.size) made for \(then.input[role]) pixels") }
      return Target(moved, from: size)
    }
  }
}

/// How the words of a Resize node are the host's.
struct ONNXResizeStyle {
  let mode: Resize.Mode
  let place: Resize.Place
  /// What is cut off a broken number of pixels is cut off at both ends.
  let isSymmetric: Bool

  /// `isSingle`: the result has one row or one column. `isSmaller`: it has fewer; before opset 11 that rounds up.
  init(_ call: ONNXCall, isSingle: Bool, isSmaller: Bool) throws(PluginError) {
    let isOld = call.node.op == "Upsample" || call.version < 11
    let word = isOld ? "asymmetric" : call.text("coordinate_transformation_mode") ?? "half_pixel"
    isSymmetric = word == "half_pixel_symmetric"
    let near = isOld ? (isSmaller ? "ceil" : "floor") : call.text("nearest_mode") ?? "round_prefer_floor"
    var rounding: Resize.Rounding
    switch near {
    case "floor": rounding = .floor
    case "ceil": rounding = .ceil
    case "round_prefer_floor": rounding = .preferFloor
    case "round_prefer_ceil": rounding = .preferCeil
    default: throw call.failure("nearest_mode '\(near)' is not known")
    }
    switch word {
    case "half_pixel", "half_pixel_symmetric": place = .halfPixel
    case "pytorch_half_pixel" where !isSingle: place = .halfPixel
    case "align_corners": place = .alignCorners
    case "asymmetric": place = .asymmetric
    case "tf_half_pixel_for_nn" where near == "floor": (place, rounding) = (.halfPixel, .preferCeil)
    default: throw call.failure("coordinate_transformation_mode '\(word)' is not run")
    }
    switch call.text("mode") ?? "nearest" {
    case "nearest": mode = .nearest(rounding)
    case "linear", "bilinear": mode = .linear
    case "cubic":
      let a = call.number("cubic_coeff_a", -0.75)
      guard abs(a + 0.75) < 1e-6, call.integer("exclude_outside", 0) == 0 else {
        throw call.failure("cubic weights other than those of a = -0.75 are not run")
      }
      mode = .cubic
    case let other: throw call.failure("mode '\(other)' is not known")
    }
  }

  /// By a whole factor it gives every pixel so many times.
  var isPlainEnlargement: Bool {
    switch (mode, place) {
    case (.nearest(.floor), .asymmetric), (.nearest(.preferFloor), .halfPixel), (.nearest(.preferCeil), .halfPixel):
      true
    default: false
    }
  }
}
