// StyleChain.swift - one or more styles in a row: float pictures go from one to the next without leaving float.

/// A chain of live styles, made ready for one size at a time. Used by one thread at a time.
public final class StyleChain: @unchecked Sendable {
  // @unchecked: handed from the control to the process thread.
  /// The styles of a timeline, which take turns before those that are always shown.
  private let stage: StyleStage?
  private let steps: [StyleStep]
  private let services: ComputeServices
  /// How the values of a style's input are made of those before it; nil where they fit as they are.
  private var bridges: [RangeBridge?] = []
  private var prepared: (given: (h: Int, w: Int), made: (h: Int, w: Int))?
  /// Where the input is to be put, after `prepare`.
  private(set) var input: ImageBuffer?
  /// The masks of the styles that a frame went through, after `process`: where all are 0 nothing has changed. Empty where some style
  /// has none.
  private(set) var masks: [ImageBuffer] = []

  init(_ steps: [StyleStep], _ services: ComputeServices, stage: StyleStage? = nil) {
    self.stage = stage
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
    let input = try services.memory.picture(h: h, w: w)
    var size = (h: h, w: w)
    var range: PixelRange?
    // Styles that follow want as much memory again.
    var waiting = steps.count + (stage?.steps.count ?? 0)
    if let stage {
      size = try stage.prepare(h: h, w: w, frameRate: frameRate, waiting: waiting)
      waiting = steps.count
      range = stage.outputRange
    }
    for step in steps {
      size = try step.prepare(h: size.h, w: size.w, frameRate: frameRate, memoryShare: 1 / Double(waiting))
      waiting -= 1
      bridges.append(range.flatMap { RangeBridge(from: $0, to: step.inputRange) })
      range = step.outputRange
    }
    self.input = input
    masks.reserveCapacity(steps.count + 2)
    prepared = ((h, w), size)
    return size
  }

  /// Whether a style has a working size of its own behind one that makes pictures of another size than it gets, after `prepare`.
  var hasDependentSizes: Bool {
    let steps = (stage?.steps ?? []) + steps
    guard let changing = steps.firstIndex(where: { !$0.keepsSize }) else { return false }
    return steps[(changing + 1)...].contains { $0.hasWorkingSize }
  }

  /// Values of black and white that the input must have.
  var inputRange: PixelRange { stage?.inputRange ?? steps.first?.inputRange ?? PixelRange() }
  /// Values of black and white in the output.
  var outputRange: PixelRange { steps.last?.outputRange ?? stage?.outputRange ?? PixelRange() }
  /// Ids of the styles, "a -> b"; those that take turns as "a | b".
  public var description: String {
    let names = { (steps: [StyleStep]) in steps.map(\.instance.plugin.info.id) }
    let staged = stage.map { [names($0.steps).joined(separator: " | ")] } ?? []
    return (staged + names(steps)).joined(separator: " -> ")
  }

  /// Runs the picture in `input` through all styles.
  ///
  /// - Returns: the picture of the last style, good until the next call.
  func process(_ moment: FrameMoment) throws(HostError) -> ImageBuffer {
    guard var image = input else { throw StyleChain.notReady }
    if let stage { image = try stage.process(moment, from: image) }
    for (step, bridge) in zip(steps, bridges) {
      bridge?.apply(to: image, services)
      image = try step.process(moment, from: image)
    }
    gatherMasks(moment.showing)
    return image
  }

  /// A style that is not shown has changed nothing, and its mask is that of an earlier frame.
  private func gatherMasks(_ showing: Showing) {
    masks.removeAll(keepingCapacity: true)
    var isEverywhere = false
    func gather(_ step: StyleStep) {
      if let weights = step.weights { masks.append(weights) } else { isEverywhere = true }
    }
    if let stage {
      if let style = showing.style { gather(stage.steps[style]) }
      if showing.share < 1, let former = showing.former { gather(stage.steps[former]) }
    }
    steps.forEach(gather)
    if isEverywhere { masks.removeAll(keepingCapacity: true) }
  }

  /// A mistake of ours.
  static let notReady = HostError(.plugin, "the styles were not made ready: please report this")

  private func deactivate() {
    stage?.deactivate()
    steps.forEach { $0.deactivate() }
    input = nil
    masks = []
    bridges = []
    prepared = nil
  }
}
