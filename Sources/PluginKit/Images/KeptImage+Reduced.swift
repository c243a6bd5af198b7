// A smaller copy of a picture that is larger than a network needs.

extension KeptImage {
  /// A copy of a picture of three planes. Of a large one each pixel is the mean of factor x factor pixels, with the largest whole
  /// factor that leaves the shorter side `shorterSide` pixels or more; what is left at bottom and right is dropped.
  /// Throws `noMemory` where the host has none left.
  public convenience init(host: PluginHost, reducing picture: Image, shorterSide: Int) throws(PluginError) {
    let factor = max(1, min(picture.height, picture.width) / max(1, shorterSide))
    try self.init(host: host, channels: 3, height: picture.height / factor, width: picture.width / factor)
    let share = 1 / Float(factor * factor)
    for plane in 0..<3 {
      for y in 0..<image.height {
        let to = target.row(y, plane: plane)
        for dy in 0..<factor {
          let from = picture.row(y * factor + dy, plane: plane)
          for x in 0..<to.count { for dx in 0..<factor { to[x] += from[x * factor + dx] * share } }
        }
      }
    }
  }
}
