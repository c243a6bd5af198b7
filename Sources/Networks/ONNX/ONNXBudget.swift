// What folding may cost: a few lines of a file can ask for more work than a person waits for.
import PluginKit

/// Elements that may be read and made while constants are folded, for all walks of a plan together.
///
/// Shape arithmetic needs few, and constants as large as a picture some millions. What the file holds may be gone over several
/// times in each walk, as its weights are where they have to be given back from whole numbers.
final class ONNXBudget {
  private var left = 1 << 26

  /// A walk has come to a tensor of the file of so many elements.
  func grant(_ count: Int) { left += 8 * count }

  /// Takes the elements of all that is known among values. Throws where no more are left.
  func charge(_ values: [ONNXValue?], _ call: ONNXCall) throws(PluginError) {
    for case .known(let tensor) in values {
      left -= tensor.count
      guard left >= 0 else { throw call.failure("its constants are more than are folded") }
    }
  }
}
