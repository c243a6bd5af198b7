// Kernels of convolutions in the one form that lowering knows: without groups, gaps or transposition.
import PluginAPI

/// Weights of a convolution, to be rearranged once while the graph is built.
struct WrittenOutKernel {
  /// Of the result.
  let dims: [Int]
  /// Writes the result, zeros where there is nothing, to memory that holds zeros.
  let fill: (UnsafeMutablePointer<Float>) -> Void

  /// Rows and columns that a kernel may have once its gaps are written out.
  static let extentLimit = 1024

  /// The same kernel with `dilation` - 1 zeros between its taps, for all groups at once: [out][in][kh'][kw'], zero where an
  /// output sees nothing of an input. With `isDepthwise` the channels stay apart: [out][1][kh'][kw'].
  static func convolution(
    _ weight: Constant, groups: Int, dilation: (h: Int, w: Int), isDepthwise: Bool
  ) -> WrittenOutKernel {
    let (out, part, kh, kw) = (weight.dims[0], weight.dims[1], weight.dims[2], weight.dims[3])
    let (wide, high) = (extent(kw, dilation.w), extent(kh, dilation.h))
    let inputs = isDepthwise ? 1 : part * groups
    return WrittenOutKernel(dims: [out, inputs, high, wide]) { to in
      let from = weight.floats()
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

  /// Taps along an axis with gaps between them.
  static func extent(_ taps: Int, _ dilation: Int) -> Int { (taps - 1) * dilation + 1 }

  /// The kernel [in][out / groups][kh][kw] of a transposed convolution as that of the convolution which does the same on a
  /// picture enlarged by zeros: [out][in][kh][kw], turned by half a circle.
  static func transposed(_ weight: Constant, groups: Int) -> WrittenOutKernel {
    let (inputs, part, kh, kw) = (weight.dims[0], weight.dims[1], weight.dims[2], weight.dims[3])
    return WrittenOutKernel(dims: [part * groups, inputs, kh, kw]) { to in
      let from = weight.floats()
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

  /// The kernel of each channel turned by half a circle.
  static func turned(_ weight: Constant) -> WrittenOutKernel {
    let taps = weight.dims[2] * weight.dims[3]
    return WrittenOutKernel(dims: weight.dims) { to in
      for (place, number) in weight.floats().enumerated() { to[place + taps - 1 - 2 * (place % taps)] = number }
    }
  }
}
