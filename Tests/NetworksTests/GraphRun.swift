// Runs a piece of a network on numbers, through the real graph.
import PluginAPI
import Testing

@testable import PluginKit

/// Numbers of some planes.
struct Planes {
  var shape: (c: Int, h: Int, w: Int)
  /// [c][h][w]
  var values: [Float]

  init(_ values: [Float], c: Int, h: Int = 1, w: Int = 1) {
    self.values = values
    shape = (c, h, w)
  }

  init(_ image: TestImage) { self.init(image.pixels, c: 3, h: image.h, w: image.w) }

  init(_ image: Image) {
    self.init([], c: image.channels, h: image.height, w: image.width)
    for c in 0..<shape.c { for y in 0..<shape.h { values += image.row(y, plane: c) } }
  }

  /// The same as a picture of the plugin's.
  func image(_ host: TestHost) throws -> KeptImage {
    let image = try KeptImage(host: PluginHost(host.raw), channels: shape.c, height: shape.h, width: shape.w)
    for c in 0..<shape.c {
      for y in 0..<shape.h {
        let row = image.target.row(y, plane: c)
        for x in 0..<shape.w { row[x] = values[(c * shape.h + y) * shape.w + x] }
      }
    }
    return image
  }
}

enum GraphRun {
  /// What a graph makes of its inputs.
  static func run(
    _ host: TestHost, _ inputs: [Planes], _ build: (borrowing GraphBuilder) throws -> Value
  ) throws -> Planes {
    let builder = try GraphBuilder(host: PluginHost(host.raw), name: "test")
    let result = try build(builder)
    let plan = try builder.finish(outputs: result).compile(
      inputs.map { BuiltGraph.Size(height: $0.shape.h, width: $0.shape.w) })
    let shape = plan.info.output
    let output = try KeptImage(
      host: PluginHost(host.raw), channels: shape.channels, height: shape.height, width: shape.width)
    let images = try inputs.map { try $0.image(host) }
    return try withExtendedLifetime((images, output)) {
      try plan.run(#require(images.first).image, images.dropFirst().map(\.image), output.target)
      return Planes(output.image)
    }
  }

  /// The largest difference, in shares of the largest number of `reference`; infinite where counts differ or a number is none.
  static func difference(_ numbers: [Float], _ reference: [Float]) -> Float {
    guard numbers.count == reference.count, let largest = reference.map(abs).max(), largest > 0 else {
      return .infinity
    }
    let worst = zip(numbers, reference).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max() ?? .infinity
    return worst / largest
  }
}
