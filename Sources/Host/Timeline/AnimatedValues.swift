// AnimatedValues.swift - the values of one live style that change from frame to frame, in memory that does not.

import PluginAPI

/// The `sth_params` of an instance whose parameters follow a timeline, and its common options. Between two calls of `set` nothing
/// changes. One thread at a time.
final class AnimatedValues {
  /// What the plugin gets.
  let params: UnsafeMutablePointer<sth_params>
  private let values: UnsafeMutablePointer<sth_value>
  /// As the file has it, and in the order of time.
  private let written: Animation
  private var animation: Animation
  /// What the values point at: those that stay, and the texts and pictures of keyframes.
  private let fixed: ParameterSnapshot
  private let stored: ParameterSnapshot

  /// - Parameters:
  ///   - fixed: the values of all parameters where no timeline says otherwise.
  ///   - stored: `animation.stored` in the contract's form.
  init(_ animation: Animation, of fixed: ParameterSnapshot, stored: ParameterSnapshot) {
    written = animation
    self.animation = animation.ordered(rate: FrameMoments.rate(nil))
    self.fixed = fixed
    self.stored = stored
    let count = Int(fixed.params.pointee.count)
    values = .allocate(capacity: max(1, count))
    for index in 0..<count { (values + index).initialize(to: fixed.params.pointee.values[index]) }
    params = .allocate(capacity: 1)
    params.initialize(to: fixed.params.pointee)
    params.pointee.values = UnsafePointer(values)
  }

  deinit {
    values.deallocate()
    params.deallocate()
  }

  /// Puts keyframes by time and keyframes by number into one order.
  ///
  /// - Parameter rate: frames per second.
  func order(rate: Double) { animation = written.ordered(rate: rate) }

  /// Writes the values of a frame; allocates nothing.
  func set(_ moment: FrameMoment, _ numbers: inout StyleNumbers) {
    for track in animation.options {
      guard case .number(let number) = track.value(at: moment) else { continue }
      numbers.set(StyleOptions.parameters[track.index].key, to: number)
    }
    for track in animation.parameters {
      switch track.value(at: moment) {
      case .number(let number): values[track.index].number = number
      case .integer(let integer): values[track.index].integer = integer
      case .stored(let place): values[track.index] = stored.params.pointee.values[place]
      }
    }
  }
}
