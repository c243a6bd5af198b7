// What values of pixels a VGG was trained on.
import PluginKit

/// How pictures are prepared for a VGG. Its weights fit one of these, and give features without meaning with the other.
public enum VGGDomain: String, CaseIterable, Sendable {
  /// R G B of 0...1, less the mean of ImageNet's pictures, divided by their deviation.
  case torchvision
  /// B G R of 0...255, less (103.939, 116.779, 123.68): the authors' own weights, made with Caffe.
  case caffe

  /// image: [3, h, w], R G B, 0...255. Gives what the network takes: [3, h, w].
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    let (matrix, shift) = numbers
    return g.conv2d(
      image, weight: g.constant("\(rawValue) scale", shape: [3, 3, 1, 1], matrix),
      bias: g.constant("\(rawValue) shift", shape: [3], shift))
  }

  /// Rows and shifts of the planes the network takes.
  var numbers: (matrix: [Float], shift: [Float]) {
    switch self {
    case .torchvision:
      let (mean, deviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
      let matrix = (0..<9).map { $0 % 4 == 0 ? Float(1 / (255 * deviation[$0 / 4])) : 0 }
      return (matrix, zip(mean, deviation).map { Float(-$0 / $1) })
    case .caffe: return ([0, 0, 1, 0, 1, 0, 1, 0, 0], [-103.939, -116.779, -123.68])
    }
  }
}
