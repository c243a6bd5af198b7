// The pass of functions of one element that no lens has.
import Kernels
import PluginAPI

/// Stores a function of each element.
struct ActivatePass: Pass {
  let name: String
  let destination: Int
  let source: Int
  let activation: sth_map_activation

  var replaceable: [Int] { [source] }

  func reads(writing shape: ValueShape) -> [BufferRead] { [BufferRead(buffer: source, region: shape)] }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let shape = site.shape(destination)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, shape), source: site.map(source, shape),
      activation: activation)
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 2 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map
    let activation: sth_map_activation

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          withUnsafePointer(to: call.pointee.activation) { activation in
            call.pointee.kernels.pointee.activate(destination, source, activation, Int32(begin), Int32(end))
          }
        }
      }
    }
  }
}

extension Lowering {
  /// A function of each element of the operand of `node`, stored.
  mutating func activate(_ node: Int, _ activation: sth_map_activation) -> ValueLens {
    let source = plain(operands(node)[0])
    let target = buffer(shapes[node])
    append(
      ActivatePass(
        name: nodes[node].subject, destination: target, source: source.buffer, activation: activation))
    return ValueLens(buffer: target, region: shapes[node])
  }
}
