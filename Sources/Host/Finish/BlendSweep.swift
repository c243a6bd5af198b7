// BlendSweep.swift - the last pass over a style's result: its colours, its strength, and where it applies.

/// Brings a result and its source together, in the result's place and in its pixel range.
///
/// With s the source, r the result after `colour`, and k the strength (times the mask):  out = (1 - k) s + k r.
/// Where k is 0 that is the source and where it is 1 the result, to the bit, whatever the other one holds.
final class BlendSweep: Sweep {
  /// What happens to the colours of a result.
  enum Colour {
    /// They stay.
    case style
    /// r = s + (Y'(r) - Y'(s)) on each channel: the luma of the result with the chroma of the source.
    case keep(LumaWeights)
    /// Each pixel goes through a map.
    case map(ColourMap)
  }

  /// What a sweep works on.
  struct Job {
    let result: ImageBuffer
    let source: ImageBuffer
    /// Source values to the result's range: s * scale + shift.
    var scale: Float = 1
    var shift: Float = 0
    var colour = Colour.style
    var strength: Float = 1
    /// [1][h][w], 0...1; nil where the style applies everywhere.
    var mask: ImageBuffer?
  }

  /// Set for each picture.
  var job: Job?

  func forEachPicture(_ body: (ImageBuffer) -> Void) {
    guard let job else { return }
    body(job.result)
    body(job.source)
    job.mask.map(body)
  }

  func run(rows: Range<Int>, worker: Int) {
    guard let job else { return }
    for y in rows {
      let (red, green, blue) = (Channel(job, 0, y), Channel(job, 1, y), Channel(job, 2, y))
      let mask = job.mask?.blocks(c: 0, y: y)
      for i in 0..<job.result.blocksPerRow {
        let (r, g, b) = (red.result[i], green.result[i], blue.result[i])
        let sr = red.source[i] * job.scale + job.shift
        let sg = green.source[i] * job.scale + job.shift
        let sb = blue.source[i] * job.scale + job.shift
        let k = mask.map { $0[i] * job.strength } ?? Block(repeating: job.strength)
        switch job.colour {
        case .style:
          red.result[i] = BlendSweep.mix(sr, r, k)
          green.result[i] = BlendSweep.mix(sg, g, k)
          blue.result[i] = BlendSweep.mix(sb, b, k)
        case .keep(let luma):
          let d = (r - sr) * luma.red + (g - sg) * luma.green + (b - sb) * luma.blue
          red.result[i] = BlendSweep.mix(sr, sr + d, k)
          green.result[i] = BlendSweep.mix(sg, sg + d, k)
          blue.result[i] = BlendSweep.mix(sb, sb + d, k)
        case .map(let map):
          red.result[i] = BlendSweep.mix(sr, map.apply(0, r, g, b), k)
          green.result[i] = BlendSweep.mix(sg, map.apply(1, r, g, b), k)
          blue.result[i] = BlendSweep.mix(sb, map.apply(2, r, g, b), k)
        }
      }
    }
  }

  /// A row of one channel of both pictures.
  private struct Channel {
    let result: UnsafeMutableBufferPointer<Block>
    let source: UnsafeMutableBufferPointer<Block>

    init(_ job: Job, _ c: Int, _ y: Int) {
      result = job.result.blocks(c: c, y: y)
      source = job.source.blocks(c: c, y: y)
    }
  }

  /// The source where k is 0 and the result where it is 1: what is no number in the other one stays there.
  @inline(__always)
  private static func mix(_ s: Block, _ r: Block, _ k: Block) -> Block {
    (s * (1 - k) + r * k).replacing(with: s, where: k .== 0).replacing(with: r, where: k .== 1)
  }
}
