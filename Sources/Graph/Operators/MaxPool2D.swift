// max_pool2d: the largest of each window.
import Kernels
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
    let lens = lowering.pointwise(lowering.operands(node)[0])
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      MaxPoolPass(
        name: lowering.nodes[node].subject, destination: target, source: PointwiseSource(lens), region: lens.region,
        operation: self))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// Stores the largest of each window of a pointwise source.
struct MaxPoolPass: Pass {
  let name: String
  let destination: Int
  let source: PointwiseSource
  /// What the windows lie in, or reach out of.
  let region: ValueShape
  let operation: MaxPool2D

  func reads(writing shape: ValueShape) -> [BufferRead] { source.reads(region) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)),
      source: site.source(source, region), size: Int32(operation.size), stride: Int32(operation.stride))
    let touched = site.rowBytes(destination) + site.rowBytes(source.buffer) * min(operation.stride, region.h)
    let placed = site.append(call, name: name, units: needs.units, unitBytes: touched)
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source.map, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map_source
    let size: Int32, stride: Int32

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          call.pointee.kernels.pointee.max_pool(
            destination, source, call.pointee.size, call.pointee.stride, Int32(begin), Int32(end))
        }
      }
    }
  }
}
