// Numbers by a formula, the same as in make_johnson_reference.py: parity that needs no file from anywhere.

/// Numbers for tensors and pictures.
public enum SeededNumbers {
  /// Scrambles bits (the finaliser of MurmurHash3).
  public static func mix(_ n: UInt32) -> UInt32 {
    var n = n
    n = (n ^ (n >> 16)) &* 0x85eb_ca6b
    n = (n ^ (n >> 13)) &* 0xc2b2_ae35
    return n ^ (n >> 16)
  }

  /// Of a tensor by its name: uniform, spread by the fan-in; norms about 1, the last bias mid-grey.
  public static func tensor(_ name: String, _ shape: [Int]) -> [Float] {
    var (spread, middle) = (0.25, 0.0)
    if shape.count == 4 {
      spread = (3 / Double(shape[1] * shape[2] * shape[3])).squareRoot()
    } else if name.hasPrefix("in") || name.contains(".in") {
      middle = name.hasSuffix(".weight") ? 1 : 0
    }
    if ["deconv3.conv2d.weight", "out.conv2d.weight"].contains(name) { spread *= 40 }
    if ["deconv3.conv2d.bias", "out.conv2d.bias"].contains(name) { (spread, middle) = (20, 128) }
    return uniform(name, shape, spread: spread, around: middle)
  }

  /// Of a tensor by its name, the same as in make_pair_reference.py: uniform, kernels of He's variance, the rest within 0.1; then `factor` times as
  /// wide and around another middle than 0.
  public static func he(
    _ name: String, _ shape: [Int], times factor: Double = 1, around middle: Double = 0
  ) -> [Float] {
    let spread = shape.count == 4 ? (6 / Double(shape[1] * shape[2] * shape[3])).squareRoot() : 0.1
    return uniform(name, shape, spread: factor * spread, around: middle)
  }

  private static func uniform(_ name: String, _ shape: [Int], spread: Double, around middle: Double) -> [Float] {
    let seed = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return (0..<shape.reduce(1, *)).map { i in
      let u = Double(mix(seed &+ UInt32(i))) / 4_294_967_296 * 2 - 1
      return Float(u * spread + middle)
    }
  }

  /// Of a picture, whole numbers 0...255, [3][h][w]: waves of another slope, height and offset in each channel, with some noise.
  public static func picture(h: Int, w: Int) -> [Float] {
    let (gain, offset) = ([256, 160, 96], [0, 40, 90])
    return (0..<3 * h * w).map { i in
      let (c, y, x) = (i / (h * w), i / w % h, i % w)
      let wave = abs((x * (5 + 3 * c) + y * (2 + 4 * c) + 40 * c) % 510 - 255)
      let noise = Int(mix(UInt32((c * 1000 + y) * 1000 + x)) % 16)
      return Float(min(max(wave * gain[c] / 256 + offset[c] + noise, 0), 255))
    }
  }
}
