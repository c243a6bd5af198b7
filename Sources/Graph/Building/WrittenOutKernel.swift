// Kernels of convolutions in the one form that lowering knows: without groups, gaps or transposition.
import PluginAPI

/// Weights of a convolution, rearranged once while the graph is built.
enum WrittenOutKernel {
  /// The same kernel with `dilation` - 1 zeros between its taps, for all groups at once: [out][in][kh'][kw'], zero where an
  /// output sees nothing of an input. With `isDepthwise` the channels stay apart: [out][1][kh'][kw'].
  static func convolution(
    _ weight: Constant, groups: Int, dilation: (h: Int, w: Int), isDepthwise: Bool
  ) throws(GraphError) -> Constant {
    let (out, part, kh, kw) = (weight.dims[0], weight.dims[1], weight.dims[2], weight.dims[3])
    let (wide, high) = ((kw - 1) * dilation.w + 1, (kh - 1) * dilation.h + 1)
    let from = weight.floats()
    let inputs = isDepthwise ? 1 : part * groups
    return try Constant(name: weight.name, dims: [out, inputs, high, wide]) { to in
      for o in 0..<out {
        let first = isDepthwise ? 0 : o / (out / groups) * part
        for i in 0..<part {
          for y in 0..<kh {
            for x in 0..<kw {
              to[((o * inputs + first + i) * high + y * dilation.h) * wide + x * dilation.w] =
                from[((o * part + i) * kh + y) * kw + x]
            }
          }
        }
      }
    }
  }

  /// The kernel [in][out / groups][kh][kw] of a transposed convolution as that of the convolution which does the same on a
  /// picture enlarged by zeros: [out][in][kh][kw], turned by half a circle.
  static func transposed(_ weight: Constant, groups: Int) throws(GraphError) -> Constant {
    let (inputs, part, kh, kw) = (weight.dims[0], weight.dims[1], weight.dims[2], weight.dims[3])
    let from = weight.floats()
    return try Constant(name: weight.name, dims: [part * groups, inputs, kh, kw]) { to in
      for i in 0..<inputs {
        let first = i / (inputs / groups) * part
        for o in 0..<part {
          for y in 0..<kh {
            for x in 0..<kw {
              to[(((first + o) * inputs + i) * kh + kh - 1 - y) * kw + kw - 1 - x] =
                from[((i * part + o) * kh + y) * kw + x]
            }
          }
        }
      }
    }
  }
}
