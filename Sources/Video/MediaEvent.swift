// What a reader gives out.

/// One thing read from an input, in the order of the input.
public enum MediaEvent: Sendable {
  /// A decoded picture.
  case frame(Frame)
  /// A packet of a stream that is copied.
  case packet(Packet)
}
