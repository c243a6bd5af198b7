// CrossFade.swift - two pictures of the same frame mixed.

/// Mixes R'G'B' values as they are, with the source's transfer function: what `strength` does, and what editing programs do. One
/// thread at a time; it shares the rows out among those of a pool.
final class CrossFade: Sweep {
  /// What a sweep works on.
  private struct Job {
    let first: ImageBuffer, second: ImageBuffer
    let firstMap: (scale: Float, shift: Float), secondMap: (scale: Float, shift: Float)
  }

  private var job: Job?

  /// first = first * (1 - share) + second * share, both brought to `range`.
  func apply(
    from first: (picture: ImageBuffer, range: PixelRange), to second: (picture: ImageBuffer, range: PixelRange),
    share: Double, _ range: PixelRange, _ services: ComputeServices
  ) {
    job = Job(
      first: first.picture, second: second.picture, firstMap: CrossFade.map(first.range, range, Float(1 - share)),
      secondMap: CrossFade.map(second.range, range, Float(share)))
    services.pool.sweep(self, rows: first.picture.h)
    job = nil
  }

  private static func map(_ from: PixelRange, _ to: PixelRange, _ share: Float) -> (scale: Float, shift: Float) {
    let scale = (to.white - to.black) / (from.white - from.black)
    return (scale * share, (to.black - from.black * scale) * share)
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) {
    guard let job else { return }
    body(job.first)
    body(job.second)
  }

  func run(rows: Range<Int>, worker: Int) {
    guard let job else { return }
    let (a, b) = (job.firstMap, job.secondMap)
    for c in 0..<job.first.c {
      for y in rows {
        let (first, second) = (job.first.blocks(c: c, y: y), job.second.blocks(c: c, y: y))
        for i in first.indices { first[i] = second[i] * b.scale + b.shift + (first[i] * a.scale + a.shift) }
      }
    }
  }
}
