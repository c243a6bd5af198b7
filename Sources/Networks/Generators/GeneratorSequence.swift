// A residual generator as its authors wrote it: one Sequential, read module by module.
import PluginKit

/// The modules of a residual generator of any form, each with its number.
struct GeneratorSequence {
  private(set) var layers: [(number: Int, layer: GeneratorLayer)] = []
  let form: GeneratorForm
  /// Planes of the picture that comes and of the one that goes, 3 or 1, and planes after the first convolution.
  private(set) var inPlanes = 0, outPlanes = 0, width = 0
  private var number = 0

  /// Reads all modules. Throws `badWeights` where a tensor is missing or of another shape.
  init(_ file: inout Checkpoint, _ form: GeneratorForm) throws(PluginError) {
    self.form = form
    (width, inPlanes) = (file.extent(0, of: "model.1.weight"), file.extent(1, of: "model.1.weight"))
    guard Checkpoint.widths.contains(width), [1, 3].contains(inPlanes) else {
      let found = WeightSet.text(file.shape(of: "model.1.weight") ?? [])
      throw file.failure(
        "tensor 'model.1.weight' is \(found), expected [width,3,7,7] or [width,1,7,7] of width \(Checkpoint.widths)")
    }
    guard file.has("model.1.bias") || !form.isAffine else {
      throw file.failure("its norms are batch norms, which plugin 'cut' does not run")
    }
    number = 1
    try stage(.convolution(Conv2d(&file, "model.1", (inPlanes, width), kernel: 7)), width, &file)
    var planes = width
    for _ in 0..<2 { planes = try reduce(planes, &file) }
    for _ in 0..<form.blockCount {
      append(.block(try GeneratorBlock(&file, "model.\(number).\(form.blockName)", planes, form)))
    }
    for _ in 0..<2 { planes = try enlarge(planes, &file) }
    number += 1
    outPlanes = file.extent(0, of: "model.\(number).weight")
    if outPlanes != 1 { outPlanes = 3 }
    append(.convolution(try Conv2d(&file, "model.\(number)", (planes, outPlanes), kernel: 7)))
  }

  private mutating func append(_ layer: GeneratorLayer) {
    layers.append((number, layer))
    number += 1
  }

  /// A convolution with its norm and ReLU.
  private mutating func stage(
    _ convolution: GeneratorLayer, _ planes: Int, _ file: inout Checkpoint
  ) throws(PluginError) {
    append(convolution)
    append(.norm(form.isAffine ? try InstanceNorm2d(&file, "model.\(number)", planes) : InstanceNorm2d()))
    append(.relu)
  }

  /// Half the size, with as many planes as the file has.
  private mutating func reduce(_ planes: Int, _ file: inout Checkpoint) throws(PluginError) -> Int {
    let (key, stride) = ("model.\(number)", form.reduction == .strided ? 2 : 1)
    let more = file.extent(0, of: "\(key).weight")
    let convolution = try Conv2d(&file, key, (planes, more), kernel: 3, stride: stride, padding: form.padding)
    try stage(.convolution(convolution), more, &file)
    if form.reduction == .blurred { append(.blurDown(try BlurDown(&file, "model.\(number)", more))) }
    return more
  }

  /// Twice the size.
  private mutating func enlarge(_ planes: Int, _ file: inout Checkpoint) throws(PluginError) -> Int {
    switch form.enlargement {
    case .transposed:
      let fewer = file.extent(1, of: "model.\(number).weight")
      try stage(.transposed(ConvTranspose2d(&file, "model.\(number)", (planes, fewer))), fewer, &file)
      return fewer
    case .nearest: append(.nearest)
    case .blurred: append(.blurUp(try BlurUp(&file, "model.\(number)", planes)))
    }
    let key = "model.\(number)"
    let fewer = file.extent(0, of: "\(key).weight")
    try stage(.convolution(Conv2d(&file, key, (planes, fewer), kernel: 3, padding: form.padding)), fewer, &file)
    return fewer
  }

  /// image: [3, h, w], -1...1. Gives the same.
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder, tap: Tap?) -> Value {
    var x = g.padToMultiple(image, 4, .reflect)
    if inPlanes == 1 { x = g.conv2d(x, weight: g.constant("luma", shape: [1, 3, 1, 1], Self.luma), bias: nil) }
    for (number, layer) in layers {
      x = layer(x, in: g)
      tap?("model.\(number)", x)
    }
    x = g.tanh(g.cropLike(x, image))
    return outPlanes == 1 ? g.concat(x, x, x) : x
  }

  /// Of modules, by their numbers: what comes out, of 0 the picture with the border of the first convolution.
  func features(_ image: Value, at numbers: [Int], in g: borrowing GraphBuilder) -> [Value] {
    var found: [Int: Value] = [:]
    var x = g.padToMultiple(image, 4, .reflect)
    if numbers.contains(0) { found[0] = g.pad2d(x, .all(3), .reflect) }
    for (number, layer) in layers where number <= numbers.max() ?? 0 {
      x = layer(x, in: g)
      if numbers.contains(number) { found[number] = x }
    }
    return numbers.compactMap { found[$0] }
  }

  /// Planes, rows and columns of these; nil where there is no such module.
  func featureShapes(
    at numbers: [Int], height: Int, width: Int
  ) -> [(planes: Int, height: Int, width: Int)]? {
    var found = [0: (planes: inPlanes, height: height + 6, width: width + 6)]
    var (planes, share) = (inPlanes, 1.0)
    for (number, layer) in layers {
      _ = layer.multiplyAdds(&share)
      planes = layer.outPlanes ?? planes
      let side = share.squareRoot()
      found[number] = (planes, Int(Double(height) * side), Int(Double(width) * side))
    }
    let shapes = numbers.compactMap { found[$0] }
    return shapes.count == numbers.count ? shapes : nil
  }

  /// What a network of grey pictures sees of R, G and B (ITU-R BT.601).
  static let luma: [Float] = [0.299, 0.587, 0.114]

  /// Multiplications for each pixel of the picture.
  var multiplyAddsPerPixel: Double {
    var share = 1.0
    return layers.reduce(0) { $0 + $1.layer.multiplyAdds(&share) }
  }

  /// Pixel values in words.
  var pixels: String {
    switch (inPlanes, outPlanes) {
    case (3, 3): "RGB -1...1 in and out"
    case (1, 1): "grey -1...1 in and out"
    case (1, _): "grey -1...1 in, RGB -1...1 out"
    default: "RGB -1...1 in, grey -1...1 out"
    }
  }
}
