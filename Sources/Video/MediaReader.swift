// Reads a video: demux and decode, upright frames and packets to copy, in the order of the input.
import CFFmpeg

/// Opens an input and gives out its video as frames and its sound and subtitles as packets. Used by one thread at a time; only
/// `interrupt()` may be called from elsewhere.
public final class MediaReader: @unchecked Sendable {
  /// What the video is.
  public let info: VideoStreamInfo
  /// Streams to copy, chapters and metadata, for a `MediaWriter`.
  public let companions: MediaCompanions
  /// Sentences about the input that a person should be told once.
  public private(set) var notes: [String]
  /// The damage met so far; final once `next()` has returned nil.
  public private(set) var damage = Damage()

  private var source: FrameSource
  private let interruptFlag: InterruptFlag
  private var firstEvents: [MediaEvent]
  private let name: String

  /// Opens `source` and decodes its first frame.
  /// - Throws: `.usage` for options that make no sense or are missing, `.input` when there is no video, `.damagedInput` when it ends within
  ///   its first frame, `.interrupted`.
  public init(
    _ source: MediaSource, options: InputOptions = InputOptions(), interrupt: InterruptFlag = InterruptFlag()
  ) throws(VideoError) {
    try MediaReader.check(options)
    interruptFlag = interrupt
    name = source.description
    let frames = try FrameSource(source, options: options, interrupt: interrupt)
    var events: [MediaEvent] = []
    var first: Frame?
    while first == nil, let event = try frames.next() {
      if case .frame(let frame) = event { first = frame }
      events.append(event)
    }
    guard let first else { throw frames.noFrameError(options) }
    self.source = frames
    firstEvents = events.reversed()
    info = frames.describe(first, options)
    companions = try frames.companions()
    notes = frames.notes
  }

  /// The streams that are copied.
  public var copiedStreams: [CopiedStream] { companions.streams }

  /// The next frame or packet; nil at the end.
  /// - Throws: `.damagedInput` when most of the input cannot be decoded, `.interrupted`, `.input` when memory is out.
  public func next() throws(VideoError) -> MediaEvent? {
    let event: MediaEvent?
    if firstEvents.isEmpty { event = try source.next() } else { event = firstEvents.removeLast() }
    update(event)
    if damage.undecodablePackets > 100, damage.undecodablePackets > 2 * damage.wholeFrames {
      throw .damagedInput(
        "too much of \(name) is damaged: \(damage.undecodablePackets) packets could not be decoded, "
          + "\(damage.wholeFrames) frames could")
    }
    return event
  }

  /// Makes a blocking read end within about 0.1 s; `next()` then throws `.interrupted`. From any thread or signal handler.
  public func interrupt() { interruptFlag.set() }

  private func update(_ event: MediaEvent?) {
    damage.undecodablePackets = source.undecodablePackets
    switch event {
    case .frame(let frame):
      damage.wholeFrames += 1
      if frame.isDamaged { damage.concealedFrames += 1 }
    case .packet: break
    case nil:
      damage.isTruncated = source.isTruncated
      damage.cause = source.cause
    }
  }

  private static func check(_ options: InputOptions) throws(VideoError) {
    if let start = options.start, !(start >= 0 && start < 1e9) { throw .usage("the start must be 0 seconds or later") }
    if let duration = options.duration, !(duration > 0 && duration < 1e9) {
      throw .usage("the duration must be more than 0 seconds")
    }
    if let limit = options.frameLimit, limit < 1 { throw .usage("the number of frames must be 1 or more") }
  }
}
