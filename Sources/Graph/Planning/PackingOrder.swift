// A convolution's weights still to be brought into the form its kernel reads.
import Kernels
import PluginAPI

/// A constant as dense float32: the caller's memory where it is that already, else a copy.
struct DenseConstant: Sendable {
  private let constant: Constant
  private let copy: PackedBlock?

  /// Of a variable.
  var watch: VariableWatch? { constant.watch }

  /// Makes room for the copy.
  init(_ constant: Constant) throws(GraphError) {
    self.constant = constant
    copy = constant.denseFloats == nil ? try PackedBlock(bytes: constant.count * 4) : nil
  }

  /// Calls `body` with the numbers, having written the copy.
  func read(_ body: (UnsafePointer<Float>) -> Void) {
    if let floats = constant.denseFloats { return body(floats) }
    guard let copy else { return }
    // The body works on the memory of the copy alone: without this its owner may be gone before.
    withExtendedLifetime(copy) {
      let floats = copy.data.bindMemory(to: Float.self, capacity: constant.count)
      constant.write(to: floats)
      body(UnsafePointer(floats))
    }
  }
}

/// One call of the packing kernel.
struct PackingOrder: Sendable {
  let weights: DenseConstant, biases: DenseConstant?
  let shape: sth_map_conv
  let target: PackedBlock

  /// Those whose numbers change between runs.
  var watches: [VariableWatch] { [weights.watch, biases?.watch].compactMap(\.self) }

  private func carryOut(_ kernels: UnsafePointer<sth_map_kernels>) {
    weights.read { weights in
      withUnsafePointer(to: shape) { shape in
        guard let biases else { return kernels.pointee.conv_pack(target.data, weights, nil, shape) }
        biases.read { kernels.pointee.conv_pack(target.data, weights, $0, shape) }
      }
    }
  }

  /// The argument of the parallel loop over orders.
  private struct Batch {
    let orders: [PackingOrder]
    let kernels: UnsafePointer<sth_map_kernels>
  }

  /// Carries out all orders, each as one part of a parallel loop.
  static func carryOut(_ orders: [PackingOrder], kernels: UnsafePointer<sth_map_kernels>, pool: WorkerPool) {
    var batch = Batch(orders: orders, kernels: kernels)
    withUnsafeMutablePointer(to: &batch) { batch in
      pool.parallelFor(
        count: Int64(orders.count), grain: 1,
        body: { argument, begin, end, _ in
          guard let batch = argument?.assumingMemoryBound(to: Batch.self) else { return }
          for index in Int(begin)..<Int(end) { batch.pointee.orders[index].carryOut(batch.pointee.kernels) }
        }, argument: batch)
    }
  }
}
