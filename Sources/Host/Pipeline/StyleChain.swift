// StyleChain.swift - one or more styles in a row: float pictures go from one to the next without leaving float.

/// A chain of live styles, made ready for one size at a time. Used by one thread at a time.
public final class StyleChain: @unchecked Sendable {
  // @unchecked: handed from the control to the process thread.
  private let steps: [StyleStep]
  private let services: ComputeServices
  /// How the values of a style's input are made of those before it; nil where they fit as they are.
  private var bridges: [RangeBridge?] = []
  private var prepared: (given: (h: Int, w: Int), made: (h: Int, w: Int))?
  /// Where the input is to be put, after `prepare`.
  private(set) var input: ImageBuffer?

  init(_ steps: [StyleStep], _ services: ComputeServices) {
    self.steps = steps
    self.services = services
  }

  deinit { deactivate() }

  /// Negotiates and activates every style for a stream; again for another size deactivates first.
  ///
  /// - Returns: the size of the output.
  /// - Throws: `HostError` of kind plugin.
  @discardableResult
  func prepare(h: Int, w: Int, frameRate: (num: Int32, den: Int32)) throws(HostError) -> (h: Int, w: Int) {
    if let prepared, prepared.given == (h, w) { return prepared.made }
    deactivate()
    let input = try ImageBuffer(h: h, w: w)
    var size = (h: h, w: w)
    var range: PixelRange?
    for step in steps {
      size = try step.prepare(h: size.h, w: size.w, frameRate: frameRate)
      bridges.append(range.flatMap { RangeBridge(from: $0, to: step.inputRange) })
      range = step.outputRange
    }
    self.input = input
    prepared = ((h, w), size)
    return size
  }

  /// Values of black and white that the input must have.
  var inputRange: PixelRange { steps.first?.inputRange ?? PixelRange() }
  /// Values of black and white in the output.
  var outputRange: PixelRange { steps.last?.outputRange ?? PixelRange() }
  /// Ids of the styles, "a -> b".
  public var description: String { steps.map(\.instance.plugin.info.id).joined(separator: " -> ") }

  /// Runs the picture in `input` through all styles.
  ///
  /// - Returns: the picture of the last style, good until the next call.
  func process(_ moment: FrameMoment) throws(HostError) -> ImageBuffer {
    guard var image = input else { throw StyleChain.notReady }
    for (step, bridge) in zip(steps, bridges) {
      bridge?.apply(to: image, services)
      image = try step.process(moment, from: image)
    }
    return image
  }

  /// A mistake of ours.
  static let notReady = HostError(.plugin, "the styles were not made ready: please report this")

  private func deactivate() {
    steps.forEach { $0.deactivate() }
    input = nil
    bridges = []
    prepared = nil
  }
}
