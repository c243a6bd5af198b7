// A network that has learnt nothing yet: what tensors its file has, and how the host fills them.
import PluginAPI

/// The tensors of a network before its first step of training.
public struct FreshNetwork: Sendable, Equatable {
  /// How a tensor is filled.
  public enum Fill: UInt32, Sendable {
    /// 0 everywhere: biases, shifts.
    case zero = 1
    /// 1 everywhere: scales.
    case one = 2
    /// Normal, mean 0, variance 2 / (product of all extents but the first): weights before a ReLU (He et al. 2015).
    case heNormal = 3
    /// A weight [c][c] or [c][c][1][1] that hands every plane on as it is.
    case identity = 4
  }

  /// One tensor.
  public struct Tensor: Sendable, Equatable {
    /// The key in the file.
    public var name: String
    /// Extents, outermost first, each >= 1.
    public var shape: [Int]
    /// How it is filled.
    public var fill: Fill

    /// A tensor from its parts; at most 8 extents.
    public init(_ name: String, _ shape: [Int], _ fill: Fill) {
      self.name = name
      self.shape = shape
      self.fill = fill
    }
  }

  /// What network it is.
  public var info: ModelInfo
  /// In any order.
  public var tensors: [Tensor]

  /// A network from its parts.
  public init(_ info: ModelInfo, tensors: [Tensor] = []) {
    self.info = info
    self.tensors = tensors
  }

  /// Hands the tensors over one by one. Gives the first status that is not `STH_OK`.
  func visit(_ take: sth_fresh_visit, _ argument: UnsafeMutableRawPointer?) -> sth_status {
    for tensor in tensors {
      var fresh = sth_fresh_tensor()
      fresh.struct_size = UInt32(MemoryLayout<sth_fresh_tensor>.size)
      fresh.fill = tensor.fill.rawValue
      let shape = tensor.shape.prefix(Int(STH_TENSOR_MAX_RANK))
      fresh.rank = Int32(shape.count)
      withUnsafeMutableBytes(of: &fresh.dims) { dims in
        for (i, extent) in shape.enumerated() {
          dims.storeBytes(of: Int64(extent), toByteOffset: i * 8, as: Int64.self)
        }
      }
      let status = tensor.name.withCString { name in
        fresh.name = name
        return take(argument, &fresh)
      }
      if status != STH_OK { return status }
    }
    return STH_OK
  }
}
