// FrameStream.swift - where frames come from and where they go, as the pipeline sees it.

import Video

/// Gives out frames and packets in order. One thread at a time; `interrupt` from any.
public protocol FrameSource: AnyObject, Sendable {
  /// The next frame or packet, nil at the end.
  func next() throws -> MediaEvent?
  /// Makes a waiting `next` end soon.
  func interrupt()
  /// What was wrong with the input; final after the end.
  var damage: Damage { get }
}

/// Takes frames and packets in order. One thread at a time.
public protocol FrameSink: AnyObject, Sendable {
  /// The next frame.
  func write(_ frame: Frame) throws
  /// A packet of a copied stream.
  func write(_ packet: Packet) throws
  /// Ends the output properly.
  func finish() throws
}

extension MediaReader: FrameSource {}
extension MediaWriter: FrameSink {}
