// What numbers a graph computes with between its inputs and outputs.

/// A precision asked for, or the one a plan really has: where the machine lacks the instructions, the next finer one.
public enum ComputePrecision: String, Sendable, CaseIterable {
  /// float32 throughout.
  case f32
  /// Maps and products in bfloat16, sums and statistics in float32.
  case bf16
  /// Products of convolutions in 8 bits, everything else as bf16.
  case int8
}
