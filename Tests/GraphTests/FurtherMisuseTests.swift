// Mistakes with the operators beyond those of a plain convolutional network: each has its sentence.
import PluginAPI
import Testing

@testable import Graph

@Suite("Misuse of further operators")
struct FurtherMisuseTests {
  private static let numbers: [Float] = Array(repeating: 1, count: 4096)

  /// A graph with an input of 6 channels; runs `build`, then compiles for 4 x 4, and expects the sentence of either.
  private func expect(
    _ sentence: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ build: (ComputeGraph, sth_node, ([Int]) throws -> sth_node) throws -> sth_node
  ) throws {
    try Self.numbers.withUnsafeBufferPointer { floats in
      let graph = ComputeGraph(name: "net", engine: try Engines.make())
      defer { graph.destroy() }
      let x = try graph.input("x", channels: 6)
      let error = #expect(throws: GraphError.self, sourceLocation: sourceLocation) {
        let node = try build(graph, x) { dims in
          try graph.constant("w", .dense(floats.baseAddress, dims: dims, dtype: STH_DTYPE_F32, elementBytes: 4))
        }
        try graph.output(node)
        _ = try graph.compile([sth_size(h: 4, w: 4)])
      }
      #expect(error?.description == sentence, sourceLocation: sourceLocation)
    }
  }

  @Test("channels that do not fit are named while building")
  func channels() throws {
    try expect("graph 'net': conv2d 'w': weight is [4,2,3,3] but the input has 6 channels in 2 groups") { graph, x, w in
      try graph.conv2d(x, weight: try w([4, 2, 3, 3]), Conv2D(groups: 2))
    }
    try expect("graph 'net': conv_transpose2d 'w': weight is [5,2,3,3] but the input has 6 channels in 1 groups") {
      graph, x, w in try graph.convTranspose2d(x, weight: try w([5, 2, 3, 3]), ConvTranspose2D(stride: 2))
    }
    try expect("graph 'net': conv_transpose2d 'w': more is cut off than the kernel of 3 x 3 adds") { graph, x, w in
      try graph.convTranspose2d(x, weight: try w([6, 2, 3, 3]), ConvTranspose2D(stride: 2, cut: Border(3)))
    }
    try expect("graph 'net': affine 'w': scale 'w' is [5], expected [6]") { graph, x, w in
      try graph.affine(x, scale: try w([5]))
    }
    try expect("graph 'net': affine (node 3): shift has 2 channels, expected 6") { graph, x, _ in
      try graph.affine(x, shift: try graph.slice(x, first: 0, count: 2))
    }
    try expect("graph 'net': slice (node 2): there are no 3 channels from 4 on in 6") { graph, x, _ in
      try graph.slice(x, first: 4, count: 3)
    }
    try expect("graph 'net': group_norm (node 2): 6 channels cannot be divided into 4 groups") { graph, x, _ in
      try graph.groupNorm(x, GroupNorm(groups: 4, epsilon: 0))
    }
    try expect("graph 'net': depth_to_space (node 2): 6 channels cannot be divided into squares of 2 x 2") {
      graph, x, _ in try graph.depthToSpace(x, factor: 2)
    }
    try expect("graph 'net': combine (node 3): 6 channels and 2 channels cannot be combined") { graph, x, _ in
      try graph.combine(x, try graph.slice(x, first: 0, count: 2), STH_COMBINE_MULTIPLY)
    }
    try expect("graph 'net': activate (node 2): function 99 does not exist") { graph, x, _ in
      try graph.activate(x, 99)
    }
    try expect("graph 'net': resize2d (node 2): a size of 0 with a scale of 0.0 is not usable; give one of them") {
      graph, x, _ in try graph.resize2d(x, Resize2D(mode: STH_RESIZE_LINEAR, place: STH_RESIZE_HALF_PIXEL))
    }
  }

  @Test("sizes that do not fit are named when they are known")
  func sizes() throws {
    let subject = "cannot compile graph 'net': "
    try expect(subject + "pad2d (node 2): the result would be 0 rows by 0 columns; the input is too small for it") {
      graph, x, _ in try graph.pad2d(x, Border(-2), mode: STH_PAD_ZERO)
    }
    try expect(subject + "affine (node 2): numbers per channel are [6,4,4]; they must have one row and one column") {
      graph, x, _ in try graph.affine(x, scale: x)
    }
    try expect(subject + "concat (node 3): [6,4,4] and [6,8,8] do not fit; crop or pad one of them") { graph, x, _ in
      try graph.concat(x, try graph.upsampleNearest(x, factor: 2))
    }
    try expect(subject + "combine (node 3): [6,4,4] and [6,8,8] cannot be combined; crop or pad one of them") {
      graph, x, _ in
      try graph.combine(x, try graph.upsampleNearest(x, factor: 2), STH_COMBINE_DIVIDE)
    }
  }
}
