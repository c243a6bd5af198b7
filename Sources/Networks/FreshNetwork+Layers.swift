// Layers that have learnt nothing yet, as rows of a fresh network's table.
import PluginKit

extension FreshNetwork {
  /// Weight and bias of a `Conv2d`.
  mutating func conv2d(_ key: String, _ channels: (in: Int, out: Int), kernel: Int) {
    tensors.append(Tensor("\(key).weight", [channels.out, channels.in, kernel, kernel], .heNormal))
    tensors.append(Tensor("\(key).bias", [channels.out], .zero))
  }

  /// Weight and bias of a `ConvTranspose2d`.
  mutating func convTranspose2d(_ key: String, _ channels: (in: Int, out: Int), kernel: Int) {
    tensors.append(Tensor("\(key).weight", [channels.in, channels.out, kernel, kernel], .heNormal))
    tensors.append(Tensor("\(key).bias", [channels.out], .zero))
  }

  /// Weight and bias of a `Linear`.
  mutating func linear(_ key: String, _ planes: (in: Int, out: Int)) {
    tensors.append(Tensor("\(key).weight", [planes.out, planes.in], .heNormal))
    tensors.append(Tensor("\(key).bias", [planes.out], .zero))
  }

  /// Weight and bias of a 1x1 `Conv2d` that changes nothing.
  mutating func identity(_ key: String, _ channels: Int) {
    tensors.append(Tensor("\(key).weight", [channels, channels, 1, 1], .identity))
    tensors.append(Tensor("\(key).bias", [channels], .zero))
  }

  /// Scale and shift of an `InstanceNorm2d`.
  mutating func instanceNorm(_ key: String, _ channels: Int) {
    tensors.append(Tensor("\(key).weight", [channels], .one))
    tensors.append(Tensor("\(key).bias", [channels], .zero))
  }

  /// The width that is wanted, or the published one. Throws `unsupported` for one that no network of this kind has.
  static func width(_ wanted: Int?, published: Int) throws(PluginError) -> Int {
    let width = wanted ?? published
    guard Checkpoint.widths.contains(width) else {
      throw PluginError(.unsupported, "there is no network of width \(width): give one of \(Checkpoint.widths)")
    }
    return width
  }
}
