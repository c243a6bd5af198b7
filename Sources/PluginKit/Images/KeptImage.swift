// A picture of the plugin's own that stays: an input of a graph that the plugin writes between frames, or a result it reads.

/// An `OwnedImage` that may be looked at for as long as this object lives, so that a list of graph inputs can be made once and used
/// for every frame. Make it in `init` or `activate`.
public final class KeptImage {
  private let owned: OwnedImage
  /// To read. It does not keep the object alive, which may end after its last use: `withExtendedLifetime` where it is not stored.
  public let image: Image
  /// To write; likewise.
  public let target: MutableImage

  /// A picture of zeros, each extent >= 1.
  /// Throws `noMemory` where the host has none left.
  public init(host: PluginHost, channels: Int, height: Int, width: Int) throws(PluginError) {
    owned = try OwnedImage(host: host, channels: channels, height: height, width: width)
    // SAFETY: the memory that both point at ends with `owned`, which ends with this object.
    (image, target) = try owned.withImage { (image, target) throws(PluginError) in (image, target) }
    for plane in 0..<channels { for y in 0..<height { target.row(y, plane: plane).update(repeating: 0) } }
  }
}
