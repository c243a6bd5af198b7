// What numbers a graph computes with between its inputs and outputs.
import Kernels

/// A precision asked for, or the one a plan really has: where the machine lacks the instructions, the next finer one.
public enum ComputePrecision: String, Sendable, CaseIterable {
  /// float32 throughout.
  case f32
  /// Maps in bfloat16. Products of convolutions in 16-bit integers, whose steps follow the numbers: as fast as products of
  /// bfloat16 would be, and many times as exact. Statistics and all else in float32.
  case bf16
  /// As bf16, and products in 8 bits where a convolution writes a picture: an error made there is seen once and goes no
  /// further. Made in the first layers, it would be all that is seen.
  case int8

  /// STH_ARITHMETIC_* of the products of a convolution.
  ///
  /// - Parameter writesPicture: the convolution writes a map of a picture's few channels.
  func arithmetic(writesPicture: Bool) -> UInt32 {
    switch self {
    case .f32: STH_ARITHMETIC_F32
    case .bf16: STH_ARITHMETIC_INT16
    case .int8: writesPicture ? STH_ARITHMETIC_INT8 : STH_ARITHMETIC_INT16
    }
  }

  /// This precision, or the next finer one that the kernels have instructions for.
  func available(in kernels: sth_map_kernels) -> ComputePrecision {
    let finer: [ComputePrecision] =
      switch self {
      case .f32: []
      case .bf16: [.bf16]
      case .int8: [.int8, .bf16]
      }
    return finer.first { kernels.arithmetics & 1 << $0.arithmetic(writesPicture: true) != 0 } ?? .f32
  }
}
