// How answers of classifiers are compared.
import PluginKit

extension GraphBuilder {
  /// Logarithms of the probabilities that logits [classes, 1, 1] stand for.
  func logSoftmax(_ logits: Value, classes: Int) -> Value {
    // Nothing overflows where the largest is 0, and taking the same number off all of them changes nothing. Their mean would not do: trained
    // LeNets have logits of 60 above it.
    var all = Pool(.max, size: 1, stride: 1)
    all.width = classes
    let lower = combine(logits, stopGradient(pool2d(transpose(logits, count: 1), all)), .subtract)
    let sum = scaled(channelMean(activate(lower, .exp)), by: Double(classes), channels: 1)
    return combine(lower, activate(sum, .log), .subtract)
  }

  /// The sum over the classes of p (ln p - ln q), divided by their number, where p is what `teacher` says and q what `student` does: [1, 1, 1]. PyTorch's
  /// `kl_div` of one picture with the reduction "mean".
  func divergence(of student: Value, from teacher: Value, classes: Int) -> Value {
    let (ours, theirs) = (logSoftmax(student, classes: classes), logSoftmax(teacher, classes: classes))
    return channelMean(combine(activate(theirs, .exp), combine(theirs, ours, .subtract), .multiply))
  }

  /// The squared differences of the Gram matrices of two maps [planes, h, w], each row brought to length 1, summed and divided by the planes: [1, 1, 1].
  func relationship(_ a: Value, _ b: Value, planes: Int) -> Value {
    let difference = meanSquaredDifference(relations(a, planes: planes), relations(b, planes: planes))
    return scaled(difference, by: Double(planes), channels: 1)
  }

  /// The Gram matrix of a map, divided by nothing, with rows of length 1, or 0 where a plane is empty: [planes, planes, 1].
  private func relations(_ map: Value, planes: Int) -> Value {
    let products = gram(map, .one)
    let squares = scaled(mean(combine(products, products, .multiply)), by: Double(planes), channels: planes)
    // Lengths of less than 1e-12 count as that; the limit stands before the root, whose slope at 0 is no number.
    let limited = clamp(squares, low: 1e-24, high: Double(Float.greatestFiniteMagnitude))
    return combine(products, activate(limited, .sqrt), .divide)
  }

  /// The mean squared difference between pixels and their right neighbours, plus that between pixels and those below: [1, 1, 1].
  func variation(_ picture: Value) -> Value {
    func part(_ borders: Borders) -> Value { pad2d(picture, borders, .zero) }
    let across = combine(
      part(Borders(top: 0, left: 0, bottom: 0, right: -1)), part(Borders(top: 0, left: -1, bottom: 0, right: 0)),
      .subtract)
    let down = combine(
      part(Borders(top: 0, left: 0, bottom: -1, right: 0)), part(Borders(top: -1, left: 0, bottom: 0, right: 0)),
      .subtract)
    return add(meanSquare(across), meanSquare(down))
  }
}
