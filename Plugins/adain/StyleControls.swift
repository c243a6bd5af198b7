// The inputs of the network's graph beside the frame: what of which style goes where, and how strongly.
import Networks
import PluginKit

/// Small pictures that are written before each run.
protocol StyleControls: AnyObject {
  /// In the order of the graph's inputs, behind the frame.
  var inputs: [Image] { get }

  /// The size of the frames is known.
  func prepare(_ grid: FeatureGrid) throws(PluginError)

  /// Writes the inputs. `strength`: 0...1. Allocates nothing.
  func set(_ styles: StyleSet, strength: Float)
}

/// One mixture everywhere: `StyleMixture`.
final class MixtureControls: StyleControls {
  private let shares: [Float]
  private let deviation, mean, rest: KeptImage
  private let modulation: KeptImage?
  let inputs: [Image]

  init(host: PluginHost, network: any StyleNetwork, shares: [Float]) throws(PluginError) {
    self.shares = shares
    deviation = try KeptImage(host: host, channels: network.planes, height: 1, width: 1)
    mean = try KeptImage(host: host, channels: network.planes, height: 1, width: 1)
    rest = try KeptImage(host: host, channels: network.planes, height: 1, width: 1)
    modulation =
      network.modulations > 0
      ? try KeptImage(host: host, channels: network.modulations, height: 1, width: 1) : nil
    inputs = [deviation.image, mean.image, rest.image] + (modulation.map { [$0.image] } ?? [])
  }

  func prepare(_ grid: FeatureGrid) {}

  func set(_ styles: StyleSet, strength: Float) {
    let planes = deviation.image.channels
    for plane in 0..<planes {
      let mixed = mixed(styles, plane)
      deviation.target.row(0, plane: plane)[0] = strength * mixed.deviation
      mean.target.row(0, plane: plane)[0] = strength * mixed.mean
      rest.target.row(0, plane: plane)[0] = 1 - strength
    }
    guard let modulation else { return }
    for i in 0..<modulation.image.channels { modulation.target.row(0, plane: i)[0] = mixed(styles, planes + i).mean }
  }

  /// The statistics of a plane, by shares.
  private func mixed(_ styles: StyleSet, _ plane: Int) -> (deviation: Float, mean: Float) {
    var (deviation, mean): (Float, Float) = (0, 0)
    for i in shares.indices {
      deviation += shares[i] * styles.statistics[i].deviations[plane]
      mean += shares[i] * styles.statistics[i].means[plane]
    }
    return (deviation, mean)
  }
}

/// A style for each region: `AdaIN.Regions`.
final class RegionControls: StyleControls {
  private let host: PluginHost
  private let masks: RegionMasks
  private let planes: Int
  private let deviation, mean, unbiased: KeptImage
  private var maps: (share: KeptImage, weight: KeptImage, rest: KeptImage)?
  private(set) var inputs: [Image] = []

  init(host: PluginHost, network: AdaIN, masks: [Image], styles: Int) throws(PluginError) {
    self.host = host
    self.masks = try RegionMasks(masks, styles: styles)
    planes = network.planes
    deviation = try KeptImage(host: host, channels: styles * planes, height: 1, width: 1)
    mean = try KeptImage(host: host, channels: styles * planes, height: 1, width: 1)
    unbiased = try KeptImage(host: host, channels: styles, height: 1, width: 1)
  }

  func prepare(_ grid: FeatureGrid) throws(PluginError) {
    let (height, width) = (grid.featureHeight, grid.featureWidth)
    let styles = unbiased.image.channels
    let share = try KeptImage(host: host, channels: styles, height: height, width: width)
    let weight = try KeptImage(host: host, channels: styles, height: height, width: width)
    let rest = try KeptImage(host: host, channels: 1, height: height, width: width)
    masks.write(shares: share.target, grid)
    for i in 0..<styles {
      var (sum, squares) = (0.0, 0.0)
      for y in 0..<height {
        for x in share.image.row(y, plane: i) {
          sum += Double(x)
          squares += Double(x) * Double(x)
        }
      }
      // Pixels that the region's statistics are of, as Kish counts unequal shares; less than one counts as one.
      let count = squares > 0 ? sum * sum / squares : 0
      unbiased.target.row(0, plane: i)[0] = Float(count / max(1, count - 1))
      let scale = sum > 0 ? Float(Double(height * width) / sum) : 0
      for y in 0..<height {
        let (from, to) = (share.image.row(y, plane: i), weight.target.row(y, plane: i))
        for x in 0..<width { to[x] = from[x] * scale }
      }
    }
    maps = (share, weight, rest)
    inputs = [deviation.image, mean.image, share.image, weight.image, unbiased.image, rest.image]
  }

  func set(_ styles: StyleSet, strength: Float) {
    guard let maps else { return }
    for i in 0..<unbiased.image.channels {
      for plane in 0..<planes {
        deviation.target.row(0, plane: i * planes + plane)[0] = strength * styles.statistics[i].deviations[plane]
        mean.target.row(0, plane: i * planes + plane)[0] = strength * styles.statistics[i].means[plane]
      }
    }
    for y in 0..<maps.rest.image.height {
      let rest = maps.rest.target.row(y, plane: 0)
      for x in 0..<rest.count {
        var sum: Float = 0
        for i in 0..<unbiased.image.channels { sum += maps.share.image.row(y, plane: i)[x] }
        rest[x] = 1 - strength * sum
      }
    }
  }
}
