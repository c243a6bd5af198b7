// StyleStage.swift - the step of a chain in which a timeline's styles take turns.

import Graph

/// Live styles of which a frame goes through one, or through two while they fade. All are made ready before the first frame, so
/// that no frame waits for a switch. One thread at a time.
final class StyleStage {
  let steps: [StyleStep]
  private let services: ComputeServices
  private let crossFade = CrossFade()
  /// From the stage's range of input to a style's and back, and from a style's output to the stage's.
  private var bridges: [(into: RangeBridge?, back: RangeBridge?, out: RangeBridge?)] = []
  /// From the stage's input to its output, for the picture as it is.
  private var bareBridge: RangeBridge?
  private var size = (h: 0, w: 0)

  init(_ steps: [StyleStep], _ services: ComputeServices) {
    self.steps = steps
    self.services = services
  }

  /// The range that the input must have, after `prepare`.
  var inputRange: PixelRange { steps.first?.inputRange ?? PixelRange() }
  /// The range of the output.
  var outputRange: PixelRange { steps.first?.outputRange ?? PixelRange() }

  /// Negotiates and activates every style.
  ///
  /// - Parameter waiting: how many styles share the memory that is left, those behind the stage included.
  /// - Returns: the size of the output.
  /// - Throws: `HostError` of kind plugin, also where styles make pictures of different sizes.
  func prepare(
    h: Int, w: Int, frameRate: (num: Int32, den: Int32), waiting: Int
  ) throws(HostError) -> (h: Int, w: Int) {
    bridges = []
    for (number, step) in steps.enumerated() {
      let made: (h: Int, w: Int)
      do {
        made = try step.prepare(h: h, w: w, frameRate: frameRate, memoryShare: 1 / Double(waiting - number))
      } catch {
        guard error.kind == .plugin else { throw error }
        throw HostError(.plugin, "style '\(step.name)', one of \(waiting) that share the memory: \(error)")
      }
      if number > 0, made != size {
        throw HostError(
          .plugin,
          "the styles of a timeline must make pictures of one size: '\(steps[0].name)' makes \(size.w)x\(size.h), '\(step.name)' \(made.w)x\(made.h)"
        )
      }
      size = made
      bridges.append(
        (
          RangeBridge(from: inputRange, to: step.inputRange), RangeBridge(from: step.inputRange, to: inputRange),
          RangeBridge(from: step.outputRange, to: outputRange)
        ))
    }
    bareBridge = RangeBridge(from: inputRange, to: outputRange)
    return size
  }

  /// Brings a picture in `inputRange` to what the moment shows; the picture itself is used up.
  ///
  /// - Returns: a picture in `outputRange`, good until the next call.
  /// - Throws: `HostError` of kind plugin, or cancelled.
  func process(_ moment: FrameMoment, from input: ImageBuffer) throws(HostError) -> ImageBuffer {
    let showing = moment.showing
    guard showing.share < 1 else {
      let picture = try run(showing.style, moment, input).picture
      (showing.style.map { bridges[$0].out } ?? bareBridge)?.apply(to: picture, services)
      return picture
    }
    // The picture as it is goes last, since it is the input itself.
    let isBareFirst = showing.former == nil
    let first = try run(isBareFirst ? showing.style : showing.former, moment, input)
    let second = try run(isBareFirst ? nil : showing.style, moment, input)
    let share = isBareFirst ? 1 - showing.share : showing.share
    crossFade.apply(from: first, to: second, share: share, outputRange, services)
    return first.picture
  }

  func deactivate() { steps.forEach { $0.deactivate() } }

  /// Runs one style and leaves the input as it was.
  private func run(
    _ style: Int?, _ moment: FrameMoment, _ input: ImageBuffer
  ) throws(HostError) -> (picture: ImageBuffer, range: PixelRange) {
    guard let style else { return (input, inputRange) }
    bridges[style].into?.apply(to: input, services)
    let made = try steps[style].process(moment, from: input)
    bridges[style].back?.apply(to: input, services)
    return (made, steps[style].outputRange)
  }
}
