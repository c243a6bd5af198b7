// One tensor of a model file.
import PluginAPI

/// A named view of numbers in a model file. It keeps the file open for as long as it exists.
public struct Tensor {
  /// The key in the file.
  public let name: String
  /// Sizes, outermost first; [] is a scalar.
  public let shape: [Int]
  let view: sth_tensor
  let file: WeightSet

  init(name: String, view: sth_tensor, file: WeightSet) {
    self.name = name
    self.view = view
    self.file = file
    let rank = min(max(0, Int(view.rank)), Int(STH_TENSOR_MAX_RANK))
    shape = withUnsafeBytes(of: view.dims) { dims in dims.bindMemory(to: Int64.self).prefix(rank).map { Int($0) } }
  }

  /// The elements are floating point numbers of some width.
  public var isFloatingPoint: Bool {
    [STH_DTYPE_F16, STH_DTYPE_BF16, STH_DTYPE_F32, STH_DTYPE_F64].contains(view.dtype)
  }
}
