// A network of ONNX made ready for frames of one size: what goes around it so that the frame that comes out has the size of
// the one that went in.
import PluginKit

/// A program, and what to know of it.
public struct ONNXPlan {
  /// Pixels.
  public struct Size: Sendable, Equatable {
    /// Pixels, >= 1.
    public var height, width: Int

    /// A size from its parts.
    public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }
  }

  var program: ONNXProgram
  /// The step that comes out.
  var result: Int
  /// The step of the frame as the network takes it.
  let input: Int
  /// Of the frame.
  let size: Size
  /// Of the frame that comes out.
  public internal(set) var output: Size

  /// Builds the graph: input 0 is the frame, the others are the pictures of further inputs, in their order.
  public func graph(host: PluginHost) throws(PluginError) -> BuiltGraph {
    let builder = try GraphBuilder(host: host, name: "onnx")
    guard let value = program(result, in: builder) else {
      throw PluginError(.internalFailure, "cannot build the network: a step has no operand")
    }
    return try builder.finish(outputs: value)
  }
}

/// What a person says about a network.
public struct ONNXSettings: Sendable {
  /// Numbers of the extra inputs that take some, by name.
  public var numbers: [String: [Float]] = [:]
  /// Sizes of the pictures of the extra inputs that take one, by name.
  public var pictures: [String: ONNXPlan.Size] = [:]
  /// What the network takes and gives.
  public var pixels = ONNXPixels.Pair(input: .bytes, output: .bytes)
  /// Planes are B, G, R.
  public var isBlueFirst = false

  /// Nothing said.
  public init() {}

  /// What stands for extra inputs until a person has said: the first entry of vectors, pictures of nominal size.
  public init(standardFor extras: [ONNXPort]) {
    for port in extras {
      if port.isPicture {
        pictures[port.name] = ONNXPlan.Size(
          height: port.height ?? ONNXNetwork.nominal, width: port.width ?? ONNXNetwork.nominal)
      } else {
        numbers[port.name] = [1] + Array(repeating: 0, count: port.count - 1)
      }
    }
  }
}

extension ONNXNetwork {
  /// The network for frames of this size.
  ///
  /// A frame whose size does not come out as it went in is reflected at bottom and right to the next multiple that does; one
  /// that would come out smaller is reflected all around. The result is cropped. A network that enlarges gives its larger size.
  /// Throws `unsupported` where no size fits, naming node and operator.
  public func plan(height: Int, width: Int, _ settings: ONNXSettings) throws(PluginError) -> ONNXPlan {
    var refusal: PluginError?
    let frame = ONNXPlan.Size(height: height, width: width)
    let budget = ONNXBudget()
    var margin = 0
    for round in 0..<2 {
      var tried: [ONNXPlan.Size] = []
      var larger: ONNXPlan?
      for multiple in [1, 2, 4, 8, 16, 32, 64] {
        let up = { (size: Int) in (size + 2 * margin + multiple - 1) / multiple * multiple }
        let padded = ONNXPlan.Size(height: up(height), width: up(width))
        guard !tried.contains(padded) else { continue }
        tried.append(padded)
        do throws(PluginError) {
          let walk = ONNXWalk(graph: graph, weights: weights, original: original, budget: budget)
          let fit = try fitted(walk, frame, padded, margin, settings)
          if fit.isExact, let plan = fit.plan { return plan }
          if larger == nil { larger = fit.plan }
          if round == 0, multiple == 1 { margin = fit.missing }
        } catch {
          guard error.status == .unsupported else { throw error }
          if refusal == nil { refusal = error }
        }
      }
      if let larger { return larger }
      if margin == 0 { break }
    }
    throw refusal
      ?? PluginError(
        .unsupported,
        "cannot run \(weights.label): pictures of \(width)x\(height) come out smaller, and no border makes up for it")
  }

  /// The network alone, for a picture of this size.
  func bare(_ size: ONNXPlan.Size, _ settings: ONNXSettings) throws(PluginError) -> ONNXPlan {
    var walk = ONNXWalk(graph: graph, weights: weights, original: original)
    try Self.give(&walk, frame, extras, size, settings)
    let result = try walk.frame(of: walk.run(to: Self.output(graph, weights)))
    return plan(walk, result, size)
  }

  private func plan(_ walk: ONNXWalk, _ result: Int, _ size: ONNXPlan.Size) -> ONNXPlan {
    let out = walk.program.size(result)
    return ONNXPlan(
      program: walk.program, result: result, input: walk.entry, size: size,
      output: ONNXPlan.Size(height: out.height, width: out.width))
  }

  /// How a network fits a size.
  private struct Fit {
    /// nil where what comes out does not cover the frame.
    var plan: ONNXPlan?
    /// All of what comes out is what went in.
    var isExact = false
    /// Pixels all around that would make up for what is lost.
    var missing = 0
  }

  /// The network with a frame brought to a size.
  private func fitted(
    _ start: ONNXWalk, _ size: ONNXPlan.Size, _ padded: ONNXPlan.Size, _ margin: Int, _ settings: ONNXSettings
  ) throws(PluginError) -> Fit {
    var walk = start
    let borders = Borders(
      top: margin, left: margin, bottom: padded.height - size.height - margin,
      right: padded.width - size.width - margin)
    try Self.give(&walk, frame, extras, size, settings, borders)
    let result = try walk.frame(of: walk.run(to: Self.output(graph, weights)))
    let out = walk.program.size(result)
    let scale = max(1, (out.height + padded.height / 2) / padded.height)
    let (height, width) = (size.height * scale, size.width * scale)
    let top = margin == 0 ? 0 : margin * scale - (padded.height * scale - out.height) / 2
    let left = margin == 0 ? 0 : margin * scale - (padded.width * scale - out.width) / 2
    guard top >= 0, left >= 0, out.height - top >= height, out.width - left >= width else {
      let missing = max(padded.height - out.height, padded.width - out.width)
      return Fit(missing: missing * 2 < min(padded.height, padded.width) ? max(0, (missing + 1) / 2) : 0)
    }
    let cut = Borders(
      top: -top, left: -left, bottom: top + height - out.height, right: left + width - out.width)
    let shown = walk.change { program in
      settings.pixels.output.back(program.pad(result, cut, .zero) ?? result, settings.isBlueFirst, in: &program)
    }
    let isExact = margin > 0 || (out.height, out.width) == (padded.height * scale, padded.width * scale)
    return Fit(plan: plan(walk, shown, size), isExact: isExact)
  }

  /// Hands the frame and everything else to a walk.
  static func give(
    _ walk: inout ONNXWalk, _ frame: ONNXPort, _ extras: [ONNXPort], _ size: ONNXPlan.Size, _ settings: ONNXSettings,
    _ borders: Borders = .all(0)
  ) throws(PluginError) {
    walk.give(frame.name) { program in
      let picture = program.input(frame.name, ONNXSize(channels: 3, height: size.height, width: size.width))
      let padded = program.pad(picture, borders, .reflect) ?? picture
      let step = settings.pixels.input.forth(padded, settings.isBlueFirst, planes: frame.channels, in: &program)
      return ONNXMap(step: step, view: frame.view(program.size(step)))
    }
    let whole = ONNXPlan.Size(
      height: size.height + borders.top + borders.bottom, width: size.width + borders.left + borders.right)
    for port in extras where port.isPicture {
      guard let own = settings.pictures[port.name] else {
        throw PluginError(
          .badParameter, "input '\(port.name.line)' of the network takes a picture: give it as image=FILE"
        )
      }
      let target = port.size(of: own, beside: whole, as: frame)
      walk.give(port.name) { program in
        let picture = program.input(port.name, ONNXSize(channels: 3, height: own.height, width: own.width))
        let fitted = program.fitted(picture, target)
        let step = settings.pixels.input.forth(
          settings.pixels.input.fromUnit(fitted, in: &program), settings.isBlueFirst, planes: port.channels,
          in: &program)
        return ONNXMap(step: step, view: port.view(program.size(step)))
      }
    }
    for port in extras where !port.isPicture {
      guard let numbers = settings.numbers[port.name], numbers.count == port.count else {
        throw PluginError(
          .badParameter,
          "input '\(port.name.line)' of the network takes \(port.count == 1 ? "1 number" : "\(port.count) numbers"): "
            + "give style= or inputs="
        )
      }
      walk.give(
        port.name,
        port.isInteger
          ? ONNXTensor(port.shape, integers: numbers.map { Int(exactly: $0.rounded()) ?? 0 })
          : ONNXTensor(port.shape, floats: numbers))
    }
  }
}

extension ONNXPort {
  /// The size at which a picture of size `own` goes in: what the file says, that of the frame where both are of one size there,
  /// or its own, reduced where it is large.
  func size(of own: ONNXPlan.Size, beside frame: ONNXPlan.Size, as port: ONNXPort) -> ONNXPlan.Size {
    let isNamed = extents.allSatisfy { $0 != .open(nil) && $0 != .open("") }
    if isNamed, extents == port.extents { return frame }
    if let height, let width { return ONNXPlan.Size(height: height, width: width) }
    let factor = max(1, min(own.height, own.width) / Self.shorterSide)
    return ONNXPlan.Size(height: own.height / factor, width: own.width / factor)
  }

  /// Pixels that the shorter side of a picture keeps at least when it is reduced.
  static let shorterSide = 512
}

extension ONNXProgram {
  /// A picture at another size: means of whole squares first where it becomes much smaller.
  mutating func fitted(_ x: Int, _ target: ONNXPlan.Size) -> Int {
    var (step, size) = (x, size(x))
    let factor = max(1, min(size.height / target.height, size.width / target.width))
    if factor > 1 {
      (size.height, size.width) = (size.height / factor, size.width / factor)
      step = add(.pool(Pool(.mean, size: factor, stride: factor)), step, size: size)
    }
    guard size.height != target.height || size.width != target.width else { return step }
    return resize(step, Resize(.linear, height: target.height, width: target.width))
  }
}
