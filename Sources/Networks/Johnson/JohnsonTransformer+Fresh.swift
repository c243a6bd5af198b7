// A Johnson net that has learnt nothing yet.
import PluginKit

extension JohnsonTransformer {
  /// The tensors of a net of this width, 32 where none is given.
  public static func fresh(width: Int? = nil) throws(PluginError) -> FreshNetwork {
    let c = try FreshNetwork.width(width, published: 32)
    var net = FreshNetwork(info(width: c))
    net.conv2d("conv1.conv2d", (3, c), kernel: 9)
    net.instanceNorm("in1", c)
    net.conv2d("conv2.conv2d", (c, 2 * c), kernel: 3)
    net.instanceNorm("in2", 2 * c)
    net.conv2d("conv3.conv2d", (2 * c, 4 * c), kernel: 3)
    net.instanceNorm("in3", 4 * c)
    for r in 1...5 {
      for i in 1...2 {
        net.conv2d("res\(r).conv\(i).conv2d", (4 * c, 4 * c), kernel: 3)
        net.instanceNorm("res\(r).in\(i)", 4 * c)
      }
    }
    net.conv2d("deconv1.conv2d", (4 * c, 2 * c), kernel: 3)
    net.instanceNorm("in4", 2 * c)
    net.conv2d("deconv2.conv2d", (2 * c, c), kernel: 3)
    net.instanceNorm("in5", c)
    net.conv2d("deconv3.conv2d", (c, 3), kernel: 9)
    return net
  }
}
