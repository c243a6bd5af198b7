// Showing.swift - which of a timeline's styles a frame shows.

/// One style, or two while they fade. A style is its number among those of the timeline; nil is the picture as it is.
struct Showing: Equatable, Sendable {
  /// What is shown, or comes.
  let style: Int?
  /// What goes, while `share` is below 1.
  let former: Int?
  /// How much of `style` is seen; more than 0.
  let share: Double

  /// One style alone.
  init(_ style: Int?) { (self.style, former, share) = (style, style, 1) }

  /// A style over the one before it.
  init(_ style: Int?, over former: Int?, share: Double) {
    (self.style, self.former, self.share) = (style, former, share)
  }
}
