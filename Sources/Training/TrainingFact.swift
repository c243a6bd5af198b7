// One thing that a run was asked to do, as people read it.
import Foundation

/// A name and a value: a row of the report, an entry of the model card, and what a resumed run is compared with.
public struct TrainingFact: Equatable, Sendable {
  /// "batch"
  public var name: String
  /// "4"
  public var value: String

  /// A fact from its parts.
  public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

  /// A number as people write it: 100000, 0.001, 1e-06.
  public init(_ name: String, _ value: Double) { self.init(name, Self.text(value)) }

  /// Files by their names, as `names` gives them.
  init(_ name: String, files paths: [String]) { self.init(name, Self.names(of: paths)) }

  /// "encoder.pt, head.pt" of paths: what lies elsewhere on another machine is called by its name.
  static func names(of paths: [String], separator: String = ", ") -> String {
    paths.map { ($0 as NSString).lastPathComponent }.joined(separator: separator)
  }

  /// A number without what it does not need.
  static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return "\(value)"
  }

  /// "43.2%"
  static func percent(_ part: Int, of all: Int) -> String {
    String(format: "%.1f%%", 100 * Double(part) / Double(max(1, all)))
  }
}
