// RangeBridge.swift - the pixel range of one picture brought to the one that a style wants.

/// A linear map of pixel values, made once for a stream. One thread at a time; it shares the rows out among those of a pool.
final class RangeBridge: Sweep {
  private let scale: Float
  private let shift: Float
  private var image: ImageBuffer?

  /// Nil where black and white are the same on both sides.
  init?(from: PixelRange, to: PixelRange) {
    guard from != to else { return nil }
    scale = (to.white - to.black) / (from.white - from.black)
    shift = to.black - from.black * scale
  }

  /// Maps a picture in place.
  func apply(to image: ImageBuffer, _ services: ComputeServices) {
    self.image = image
    services.pool.sweep(self, rows: image.h)
    self.image = nil
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) { image.map(body) }

  func run(rows: Range<Int>, worker: Int) {
    guard let image else { return }
    for c in 0..<image.c {
      for y in rows {
        let row = image.blocks(c: c, y: y)
        for i in row.indices { row[i] = row[i] * scale + shift }
      }
    }
  }
}
