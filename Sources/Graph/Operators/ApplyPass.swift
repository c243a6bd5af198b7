// The pointwise pass shared by norms, relu and add: dst = f(src * scale + shift) + addend.
import PluginAPI

/// Stores an affine function and relu of a buffer, plus another buffer.
struct ApplyPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  let coefficients: Int?
  let relu: Bool
  let addend: BufferRead?

  var replaceable: [Int] { [source.buffer] + (addend.map { [$0.buffer] } ?? []) }

  func reads(writing shape: ValueShape) -> [BufferRead] {
    var reads = [BufferRead(buffer: source.buffer, region: shape)]
    if let addend { reads.append(BufferRead(buffer: addend.buffer, region: shape)) }
    if let coefficients { reads.append(.coefficients(coefficients, channels: shape.c)) }
    return reads
  }

  func prepare(in site: inout PlanSite) {
    let shape = site.shape(destination)
    let vectors = coefficients.map { site.coefficients($0) }
    let call = Call(
      kernels: site.kernels, destination: site.planes(destination, shape), source: site.planes(source.buffer, shape),
      addend: addend.map { site.planes($0.buffer, shape) } ?? sth_planes(), hasAddend: addend != nil,
      scale: vectors?.scale, shift: vectors?.shift, flags: relu ? STH_APPLY_RELU : 0)
    let placed = site.append(call, name: "apply \(name)", units: shape.c)
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
    if let addend { site.follow(placed, \.addend, addend.buffer) }
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_kernels>
    var destination: sth_planes
    var source: sth_planes
    var addend: sth_planes
    let hasAddend: Bool
    let scale: UnsafePointer<Float>?
    let shift: UnsafePointer<Float>?
    let flags: UInt32

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          withUnsafePointer(to: call.pointee.addend) { addend in
            call.pointee.kernels.pointee.apply_f32(
              destination, source, call.pointee.scale, call.pointee.shift, call.pointee.hasAddend ? addend : nil,
              call.pointee.flags, Int32(begin), Int32(end))
          }
        }
      }
    }
  }
}

extension BufferRead {
  /// All of a buffer of scale and shift.
  static func coefficients(_ buffer: Int, channels: Int) -> BufferRead {
    BufferRead(buffer: buffer, region: ValueShape(c: 2, h: 1, w: channels))
  }
}
