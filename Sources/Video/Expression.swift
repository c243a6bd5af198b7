// A formula in libav's notation, such as `gte(x,w/2)*sin(t)`.
import CFFmpeg

/// A formula over named variables, parsed once. Used by one thread at a time.
public final class Expression: @unchecked Sendable {
  // SAFETY: allocated in init, freed in deinit, never nil between.
  private let expression: OpaquePointer
  private let used: Set<String>

  /// What would make a value depend on values asked for before or on the clock, or run for ever.
  private static let refused = ["random", "randomi", "st", "ld", "time", "while", "print", "root", "taylor"]

  /// libav takes these out before it reads a formula: `st (0)` is `st(0)` to it, and `s t(0)` too.
  private static let blanks = " \t\n\u{b}\u{c}\r".utf8

  /// Characters of a formula that an error shows.
  private static let shown = 60

  /// Parses a formula: `+ - * / ^ ( )`, comparisons `gt gte lt lte eq between`, `if ifnot min max clip abs sin cos hypot mod`, ... as
  /// `man ffmpeg-utils` has them.
  /// - Parameter variables: their names, in the order of the values that `value` is given.
  /// - Throws: `.usage` for what is no formula, and for functions that remember something or may not end.
  public init(_ text: String, variables: [String]) throws(VideoError) {
    LibavLog.install()
    let what = "'\(text.count > Expression.shown ? text.prefix(Expression.shown) + "..." : text)'"
    // Byte by byte, as libav reads it: to it an accent ends a name.
    let read = text.utf8.filter { !Expression.blanks.contains($0) }
    for word in read.split(whereSeparator: { !Expression.isOfName($0) }).map({ String(decoding: $0, as: UTF8.self) })
    where Expression.refused.contains(word) {
      throw .usage("\(what) may not use \(word)(), which remembers, waits, or may not end")
    }
    var names: [UnsafePointer<CChar>?] = variables.map { UnsafePointer(strdup($0)) }
    defer { names.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
    names.append(nil)
    var parsed: OpaquePointer?
    LibavLog.clear()
    let status = av_expr_parse(&parsed, String(decoding: read, as: UTF8.self), names, nil, nil, nil, nil, 0, nil)
    guard status >= 0, let parsed else {
      throw .usage("\(what) is no formula of \(variables.joined(separator: ", ")): \(LibavLog.reason(status))")
    }
    expression = parsed
    var counts = [UInt32](repeating: 0, count: variables.count)
    // Variables that are not counted count as used.
    let isCounted = av_expr_count_vars(parsed, &counts, Int32(counts.count)) >= 0
    used = Set(zip(variables, counts).filter { $0.1 > 0 || !isCounted }.map(\.0))
  }

  deinit { av_expr_free(expression) }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      return true
    default: return false
    }
  }

  /// Whether a variable has a part in the formula.
  public func uses(_ variable: String) -> Bool { used.contains(variable) }

  /// The value for these values of the variables, as many as there are names; may be no number.
  public func value(_ values: UnsafePointer<Double>) -> Double { av_expr_eval(expression, values, nil) }
}
