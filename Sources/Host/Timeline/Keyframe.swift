// Keyframe.swift - one line of a timeline as the file has it, before any style has been asked.

/// Something that happens at a place: a style comes, or a parameter has a value.
struct Keyframe: Equatable, Sendable {
  /// What happens.
  enum Event: Equatable, Sendable {
    /// The style takes over, at once or over `fade` seconds, here or at the first cut from here on.
    case show(fade: Double, onCut: Bool)
    /// A parameter of the style has this value, as a person would type it.
    case set(key: String, value: String)
  }

  /// Its place in the file, from 1.
  let number: Int
  let place: FramePlace
  /// A name of `styles`, of a style given by -s, or `none`.
  let style: String
  let event: Event
  /// How the value gets here from the keyframe before it, or the one style to the other.
  let easing: Easing

  /// "keyframe 3 (time 4)", for errors.
  var title: String { "keyframe \(number) (\(place))" }
}
