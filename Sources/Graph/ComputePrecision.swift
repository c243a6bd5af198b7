// What numbers a graph computes with between its inputs and outputs.
import Kernels

/// A precision asked for, or the one a plan really has: where the machine lacks the instructions, the next finer one.
public enum ComputePrecision: String, Sendable, CaseIterable {
  /// float32 throughout.
  case f32
  /// Maps and products in bfloat16, sums and statistics in float32.
  case bf16
  /// Products of convolutions in 8 bits, everything else as bf16.
  case int8

  /// STH_ARITHMETIC_* of the products of its convolutions.
  var arithmetic: UInt32 {
    switch self {
    case .f32: STH_ARITHMETIC_F32
    case .bf16: STH_ARITHMETIC_BF16
    case .int8: STH_ARITHMETIC_INT8
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
    return finer.first { kernels.arithmetics & 1 << $0.arithmetic != 0 } ?? .f32
  }
}
