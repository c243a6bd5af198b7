// max_pool2d: the largest of each window.
import PluginAPI

/// Square windows of `size` every `stride`; operand: value.
struct MaxPool2D: GraphOperator {
  static let name = "max_pool2d"
  let size: Int, stride: Int
  /// The last window may reach out at bottom and right, and takes what exists.
  let isCeiled: Bool

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: 1...Int(Int32.max) ~= size, subject, "a window of \(size) is below 1")
    try refuse(unless: 1...Int(Int32.max) ~= stride, subject, "stride \(stride) is below 1")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard let h = windows(in: sizes[0].h), let w = windows(in: sizes[0].w) else {
      throw .unsupported(
        "\(subject): the input is \(sizes[0].h) x \(sizes[0].w), smaller than the window of \(size); use a larger picture"
      )
    }
    return (h, w)
  }

  /// Windows along an extent, or nil where not one fits.
  private func windows(in extent: Int) -> Int? {
    guard isCeiled else { return extent < size ? nil : (extent - size) / stride + 1 }
    guard extent + stride > size else { return nil }
    let count = (extent - size + stride - 1) / stride + 1
    return (count - 1) * stride < extent ? count : count - 1
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let lens = lowering.plain(lowering.operands(node)[0])
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      MaxPoolPass(
        name: lowering.nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region), operation: self))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// Stores the largest of each window.
struct MaxPoolPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  let operation: MaxPool2D

  func reads(writing shape: ValueShape) -> [BufferRead] { [source] }

  func prepare(in site: inout PlanSite) {
    let shape = site.shape(destination)
    let call = Call(
      destination: site.planes(destination, shape), source: site.planes(source.buffer, source.region),
      size: operation.size, stride: operation.stride)
    let placed = site.append(call, name: name, units: shape.c)
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    var destination: sth_planes
    var source: sth_planes
    let size: Int, stride: Int

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      let (dst, src) = (call.pointee.destination, call.pointee.source)
      let (size, stride) = (call.pointee.size, call.pointee.stride)
      guard let to = dst.data, let from = src.data else { return }
      for c in Int(begin)..<Int(end) {
        for y in 0..<Int(dst.h) {
          for x in 0..<Int(dst.w) {
            var largest = -Float.infinity
            for row in y * stride..<min(y * stride + size, Int(src.h)) {
              let line = from + c * Int(src.c_stride) + row * Int(src.h_stride)
              for column in x * stride..<min(x * stride + size, Int(src.w)) { largest = max(largest, line[column]) }
            }
            to[c * Int(dst.c_stride) + y * Int(dst.h_stride) + x] = largest
          }
        }
      }
    }
  }
}
