// A residual generator that has learnt nothing yet.
import PluginKit

extension FreshNetwork {
  /// The tensors of a generator of this form, whose norms learn nothing, behind `prefix`.
  mutating func generator(_ form: GeneratorForm, width c: Int, prefix: String = "", colours: Int = 3) {
    let key = "\(prefix)model"
    conv2d("\(key).1", (colours, c), kernel: 7)
    conv2d("\(key).4", (c, 2 * c), kernel: 3)
    conv2d("\(key).\(form.reduction == .blurred ? 8 : 7)", (2 * c, 4 * c), kernel: 3)
    for n in form.firstBlock..<form.end {
      for i in [1, 5] { conv2d("\(key).\(n).\(form.blockName).\(i)", (4 * c, 4 * c), kernel: 3) }
    }
    var place = form.end
    for planes in [(4 * c, 2 * c), (2 * c, c)] {
      if form.enlargement == .transposed {
        convTranspose2d("\(key).\(place)", planes, kernel: 3)
        place += 3
      } else {
        conv2d("\(key).\(place + 1)", planes, kernel: 3)
        place += 4
      }
    }
    conv2d("\(key).\(place + 1)", (c, colours), kernel: 7)
  }
}
