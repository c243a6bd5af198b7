// What weights of losses may be, in every training alike.

extension TrainingError {
  /// Throws `usage` for a weight that is below 0 or not finite.
  /// - Parameter weights: each under the name of its option, less "--" and "-weight": ("nce", 1).
  static func check(weights: [(name: String, value: Double)]) throws(TrainingError) {
    for weight in weights where !(weight.value >= 0 && weight.value.isFinite) {
      throw TrainingError(.usage, "a --\(weight.name)-weight of \(weight.value) is not possible: give 0 or more")
    }
  }
}
