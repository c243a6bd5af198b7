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
    try expect("graph 'net': conv_transpose2d 'w': stride 65 is not in 1...64") { graph, x, w in
      try graph.convTranspose2d(x, weight: try w([6, 2, 3, 3]), ConvTranspose2D(stride: 65))
    }
    try expect(
      "graph 'net': conv2d 'w': a kernel of 3 x 3 with dilation 600 x 1 reaches further than 1024 pixels"
    ) { graph, x, w in try graph.conv2d(x, weight: try w([2, 6, 3, 3]), Conv2D(dilationH: 600)) }
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
    try expect(subject + "pad2d (node 2): nothing is left of [6,4,4]; cut off less") { graph, x, _ in
      try graph.pad2d(x, Border(top: -4, left: 0, bottom: 3, right: 0), mode: STH_PAD_ZERO)
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

  @Test("places, pixels and products that do not fit are named, as is what is no value")
  func places() throws {
    try expect("graph 'net': gather (node 2): places are one number each, these have 6 channels") { graph, x, _ in
      try graph.gather(x, places: x)
    }
    try expect("graph 'net': products (node 2): divisor 3 does not exist") { graph, x, _ in
      try graph.products(x, x, divisor: STH_PRODUCTS_ELEMENTS + 1)
    }
    for count in [-1, 0, 1 << 24 + 1] {
      try expect("graph 'net': transpose (node 2): there are no \(count) pixels") { graph, x, _ in
        try graph.transpose(x, count: count)
      }
    }
    let subject = "cannot compile graph 'net': "
    for count in [15, 17, 1 << 24] {
      try expect(subject + "transpose (node 2): [6,4,4] does not have \(count) pixels") { graph, x, _ in
        try graph.transpose(x, count: count)
      }
    }
    try expect(subject + "products (node 3): [6,4,4] does not fit [6,8,8]") { graph, x, _ in
      try graph.products(x, try graph.upsampleNearest(x, factor: 2), divisor: STH_PRODUCTS_SUM)
    }
    try expect(subject + "products (node 3): [16,1,6] does not fit [6,4,4]") { graph, x, _ in
      try graph.products(try graph.transpose(x, count: 16), x, divisor: STH_PRODUCTS_SUM)
    }
    typealias Build = (ComputeGraph, sth_node, sth_node) throws -> sth_node
    let constants: [(String, Int, Build)] = [
      ("gather", 1, { graph, x, w in try graph.gather(w, places: x) }),
      ("gather", 2, { graph, x, w in try graph.gather(x, places: w) }),
      ("transpose", 1, { graph, _, w in try graph.transpose(w, count: 6) }),
      ("products", 1, { graph, x, w in try graph.products(w, x, divisor: STH_PRODUCTS_SUM) }),
      ("products", 2, { graph, x, w in try graph.products(x, w, divisor: STH_PRODUCTS_SUM) }),
      ("stop_gradient", 1, { graph, _, w in try graph.stopGradient(w) }),
    ]
    for (name, operand, build) in constants {
      try expect("graph 'net': \(name) 'w': operand \(operand) is the constant constant 'w'; it must be a value") {
        graph, x, w in try build(graph, x, try w([6]))
      }
    }
  }

  @Test("what a loss reaches through stop_gradient alone it does not depend on")
  func stopped() throws {
    try expect("gradients: the loss does not depend on input 'x'") { graph, x, _ in
      let loss = try graph.channelMean(graph.mean(graph.stopGradient(x)))
      return try graph.gradients(of: loss, withRespectTo: [x])[0]
    }
    try expect("graph 'net': stop_gradient (node 2): an operand is node 0, which is none") { graph, _, _ in
      try graph.stopGradient(0)
    }
  }

  @Test("kernels with gaps and groups are refused before they take more memory than there is")
  func writtenOut() throws {
    let engine = try GraphEngine(pool: WorkerPool(threads: 1), memoryLimitBytes: 1 << 20)
    try Self.numbers.withUnsafeBufferPointer { floats in
      let graph = ComputeGraph(name: "net", engine: engine)
      defer { graph.destroy() }
      let x = try graph.input("x", channels: 4)
      let weight = try graph.constant(
        "w", .dense(floats.baseAddress, dims: [4, 4, 3, 3], dtype: STH_DTYPE_F32, elementBytes: 4))
      let gaps = Conv2D(dilationH: 50, dilationW: 50)
      _ = try graph.conv2d(x, weight: weight, gaps)
      let error = #expect(throws: GraphError.self) { _ = try graph.conv2d(x, weight: weight, gaps) }
      #expect(error?.status == STH_ERROR_NO_MEMORY)
      #expect(
        error?.description
          == "graph 'net': conv2d 'w' with its zeros written out: it needs 2 MiB of memory, 1 MiB are allowed; allow more, or use a smaller picture"
      )
    }
  }
}
