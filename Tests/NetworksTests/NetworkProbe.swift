// Runs a network, or the part of it that makes one of its inner values, on the real graph.
import Networks
import PluginAPI
import Testing
import Weights

@testable import PluginKit

/// A network in a file, and how it is put into a graph.
struct NetworkProbe {
  typealias Build = (WeightSet, Value, borrowing GraphBuilder, Tap?) throws(PluginError) -> Value

  let host: TestHost
  let weights: WeightSet
  let build: Build

  /// Opens the model file at `path`.
  init(_ path: String, host: TestHost, build: @escaping Build) throws {
    self.host = host
    weights = try WeightSet.open(path, host: PluginHost(host.raw))
    self.build = build
  }

  /// What comes out of the network, or of the module that its tap calls `name`: [c][h][w].
  func values(_ picture: TestImage, of name: String? = nil) throws -> [Float] {
    let plugin = try PluginHost(host.raw)
    let builder = try GraphBuilder(host: plugin, name: "probe")
    var tapped: Value?
    let result = try build(weights, builder.input("image", channels: 3), builder) { if $0 == name { tapped = $1 } }
    let wanted = name == nil ? result : try #require(tapped, "no module \(name ?? "")")
    let graph = try builder.finish(outputs: wanted)
    let plan = try graph.compile(BuiltGraph.Size(height: picture.h, width: picture.w))
    let shape = plan.info.output
    let output = try OwnedImage(
      host: plugin, channels: shape.channels, height: shape.height, width: shape.width)
    return try output.withImage { (image, target) throws(PluginError) in
      try plan.run(try Image(UnsafePointer(picture.raw)), target)
      return (0..<shape.channels).flatMap { c in (0..<shape.height).flatMap { Array(image.row($0, plane: c)) } }
    }
  }
}

/// How far numbers are from the right ones, as a share of the largest of these.
func relativeError(_ found: some Collection<Float>, _ right: some Collection<Float>) -> Float {
  guard found.count == right.count, let largest = right.map(abs).max(), largest > 0 else { return .infinity }
  return zip(found, right).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max().map { $0 / largest } ?? .infinity
}
