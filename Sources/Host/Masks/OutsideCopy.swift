// OutsideCopy.swift - gives samples outside of all masks the codes of the source back, to the byte.

import Foundation
import Graph
import Kernels
import Video

/// Copies codes of a frame into the frame made of it wherever no mask lets a style apply. A chroma sample is outside when all pixels
/// of its cell are; its filter reaches further. One thread at a time.
final class OutsideCopy: Sweep {
  private struct Job {
    let source: sth_frame_planes
    let target: sth_frame_planes
    let layout: PixelLayout
    let planes: Int
    let masks: [ImageBuffer]
    let size: (h: Int, w: Int)
  }

  private let services: ComputeServices
  private var job: Job?
  /// The masks' weights added up: of a row of pixels, and of a row of cells.
  private var sums: WorkerRows?
  private var width = 0

  init(_ services: ComputeServices) { self.services = services }

  /// Copies what is outside. Where source and target have other pixels that cannot be, and is said once; so is a source that had to
  /// be converted and is not what it was.
  ///
  /// - Parameters:
  ///   - masks: [1][h][w] each; where all are 0 nothing may change.
  ///   - source: native planar.
  ///   - original: the format that the source had in the input.
  /// - Throws: `HostError` where the pixels cannot be reached.
  func run(
    _ masks: [ImageBuffer], from source: Frame, original: PixelFormat, to target: Frame
  ) throws(HostError) {
    guard !masks.isEmpty else { return }
    if !OutsideCopy.keepsCodes(original, source.pixelFormat) {
      services.log.once(
        .info,
        "what is outside of a mask keeps its looks but not its bytes: \(original) is worked on as \(source.pixelFormat)"
      )
    }
    guard masks.allSatisfy({ $0.h == source.height && $0.w == source.width }), OutsideCopy.areAlike(source, target)
    else {
      services.log.once(
        .info,
        "what is outside of a mask keeps its looks but not its bytes: the output has other pixels (\(target.width)x\(target.height) "
          + "\(target.pixelFormat)) than the input (\(source.width)x\(source.height) \(source.pixelFormat))")
      return
    }
    if width != source.width {
      sums = try WorkerRows(2, w: source.width, threads: services.pool.threadCount)
      width = source.width
    }
    let layout = source.pixelFormat.layout
    job = Job(
      source: try FramePlanes.reading(source), target: try FramePlanes.writing(target), layout: layout,
      planes: FramePlanes.colourPlanes(source.pixelFormat), masks: masks, size: (source.height, source.width))
    let cell = 1 << layout.log2ChromaHeight
    services.pool.sweep(self, rows: (source.height + cell - 1) / cell)
    job = nil
    // The planes point into the frames.
    withExtendedLifetime((source, target)) {}
  }

  /// Whether the same codes mean the same in both.
  private static func areAlike(_ source: Frame, _ target: Frame) -> Bool {
    let (from, to) = (
      source.color.resolved(for: source.pixelFormat, height: source.height),
      target.color.resolved(for: target.pixelFormat, height: target.height)
    )
    let layout = source.pixelFormat.layout
    let isSubsampled = layout.log2ChromaWidth > 0 || layout.log2ChromaHeight > 0
    return source.pixelFormat == target.pixelFormat && source.width == target.width && source.height == target.height
      && from.range == to.range && from.matrix.lumaCoefficients?.red == to.matrix.lumaCoefficients?.red
      && (!isSubsampled || FrameLayout.siting(from, layout) == FrameLayout.siting(to, layout))
  }

  /// Whether a conversion between formats only puts the same codes to other places.
  private static func keepsCodes(_ original: PixelFormat, _ planar: PixelFormat) -> Bool {
    let (from, to) = (original.layout, planar.layout)
    return original.name != "pal8" && !from.isFloat && from.family == to.family && from.bitDepth == to.bitDepth
      && from.hasAlpha == to.hasAlpha && from.log2ChromaWidth == to.log2ChromaWidth
      && from.log2ChromaHeight == to.log2ChromaHeight
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) { job?.masks.forEach(body) }

  /// Rows of chroma cells.
  func run(rows: Range<Int>, worker: Int) {
    guard let job, let sums else { return }
    let (cellH, cellW) = (1 << job.layout.log2ChromaHeight, 1 << job.layout.log2ChromaWidth)
    let hasCells = job.layout.family == .yuv
    let (pixels, cells) = (sums.blocks(0, worker: worker), sums.blocks(1, worker: worker))
    for row in rows {
      for i in cells.indices { cells[i] = Block() }
      for y in row * cellH..<min(job.size.h, (row + 1) * cellH) {
        for i in pixels.indices { pixels[i] = Block() }
        for mask in job.masks {
          let weights = mask.blocks(c: 0, y: y)
          for i in weights.indices { pixels[i] += weights[i] }
        }
        for i in cells.indices { cells[i] += pixels[i] }
        for plane in 0..<(hasCells ? 1 : job.planes) { copy(plane, y, 1, sums.row(0, worker: worker), job) }
      }
      guard hasCells, job.planes > 1 else { continue }
      for plane in 1..<job.planes { copy(plane, row, cellW, sums.row(1, worker: worker), job) }
    }
  }

  /// Copies the runs of samples of one row whose cells, so many pixels wide, have no weight at all.
  private func copy(_ plane: Int, _ row: Int, _ cell: Int, _ weights: UnsafeMutableBufferPointer<Float>, _ job: Job) {
    let (from, to) = (OutsideCopy.row(job.source, plane, row), OutsideCopy.row(job.target, plane, row))
    guard let from, let to else { return }
    let count = (weights.count + cell - 1) / cell
    let bytes = job.layout.bytesPerSample
    var begin = 0
    while begin < count {
      while begin < count, !OutsideCopy.isEmpty(weights, begin * cell, cell) { begin += 1 }
      var end = begin
      while end < count, OutsideCopy.isEmpty(weights, end * cell, cell) { end += 1 }
      memcpy(to + begin * bytes, from + begin * bytes, (end - begin) * bytes)
      begin = end
    }
  }

  @inline(__always)
  private static func isEmpty(_ weights: UnsafeMutableBufferPointer<Float>, _ begin: Int, _ count: Int) -> Bool {
    for x in begin..<min(weights.count, begin + count) where weights[x] != 0 { return false }
    return true
  }

  // SAFETY: planes of frames that live as long as the job.
  private static func row(_ planes: sth_frame_planes, _ plane: Int, _ row: Int) -> UnsafeMutableRawPointer? {
    switch plane {
    case 0: return planes.data.0.map { $0 + row * Int(planes.h_stride_bytes.0) }
    case 1: return planes.data.1.map { $0 + row * Int(planes.h_stride_bytes.1) }
    default: return planes.data.2.map { $0 + row * Int(planes.h_stride_bytes.2) }
    }
  }
}
