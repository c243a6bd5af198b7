// How a value is got from a buffer without being stored: the optimiser's whole idea.
import PluginAPI

/// A value seen through a lens: what is stored, and what its reader does to it on the way in.
///
/// The order of the layers is that of `sth_conv2d`: region, scale and shift, relu, enlargement, border. An operator that
/// only adds a layer further out makes no pass of its own; one that does not fit has its operand stored first.
struct ValueLens {
  /// The border layer.
  struct Padding: Hashable {
    var mode: UInt32
    var top = 0, left = 0
  }

  /// What is stored.
  var buffer: Int
  /// The top left part of the buffer that is looked at.
  var region: ValueShape
  /// Buffer of a scale and a shift per channel.
  var coefficients: Int?
  var relu = false
  /// Enlargement; 1 = none.
  var upsample = 1
  /// The enlargement puts zeros between the pixels; seen by the convolution that is the transpose of another one only.
  var isStuffed = false
  /// Rows and columns at bottom and right follow from `shape`, which may also be smaller than what lies under it.
  var padding: Padding?
  /// The value as its readers mean it.
  var shape: ValueShape

  /// All of a buffer, or the top left part of it.
  init(buffer: Int, region: ValueShape) {
    self.buffer = buffer
    self.region = region
    shape = region
  }

  /// Each element comes from the element at its own place.
  var isPointwise: Bool { upsample == 1 && padding == nil }
  /// Each element *is* the element at its own place.
  var isPlain: Bool { isPointwise && coefficients == nil && !relu }
}
