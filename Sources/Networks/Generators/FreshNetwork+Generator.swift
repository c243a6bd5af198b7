// A residual generator that has learnt nothing yet.
import PluginKit

extension FreshNetwork {
  /// The tensors of a generator of this form, which enlarges by repeated pixels and whose norms learn nothing.
  mutating func generator(_ form: GeneratorForm, width c: Int) {
    conv2d("model.1", (3, c), kernel: 7)
    conv2d("model.4", (c, 2 * c), kernel: 3)
    conv2d("model.7", (2 * c, 4 * c), kernel: 3)
    for n in form.firstBlock..<form.end {
      for i in [1, 5] { conv2d("model.\(n).\(form.blockName).\(i)", (4 * c, 4 * c), kernel: 3) }
    }
    conv2d("model.\(form.end + 1)", (4 * c, 2 * c), kernel: 3)
    conv2d("model.\(form.end + 5)", (2 * c, c), kernel: 3)
    conv2d("model.\(form.end + 9)", (c, 3), kernel: 7)
  }
}
