// The part of the input's time that is wanted.
import CFFmpeg

/// Start and end of what is read, in microseconds of the input's own clock, and what is taken off all times.
struct TimeWindow {
  /// First moment wanted; nil from the beginning.
  var start: Int64?
  /// First moment no longer wanted; nil to the end.
  var end: Int64?

  /// The window of these options in an input whose clock begins at `origin` microseconds.
  init(_ options: InputOptions, origin: Int64) {
    let micro = Rational(1, 1_000_000)
    if let seconds = options.start, seconds > 0 { start = origin + micro.ticks(seconds) }
    if let seconds = options.duration { end = (start ?? origin) + micro.ticks(seconds) }
  }

  /// What is taken off all times: with a start given, that moment becomes 0; else times stay as they are.
  var shift: Int64 { start ?? 0 }

  /// Whether a time lies before the window.
  func isBefore(_ time: Int64, _ timeBase: Rational) -> Bool {
    start.map { av_compare_ts(time, timeBase.av, $0, cff_microseconds()) < 0 } ?? false
  }

  /// Whether a time lies after the window.
  func isAfter(_ time: Int64, _ timeBase: Rational) -> Bool {
    end.map { av_compare_ts(time, timeBase.av, $0, cff_microseconds()) >= 0 } ?? false
  }

  /// `shift` in another unit.
  func shift(in timeBase: Rational) -> Int64 { av_rescale_q(shift, cff_microseconds(), timeBase.av) }
}
