// CrossFade.swift - two pictures of the same frame mixed.

import Graph
import Kernels
import PluginAPI

/// Mixes R'G'B' values as they are, with the source's transfer function: what `strength` does, and what editing programs do.
enum CrossFade {
  /// What a part of the loop needs, on the stack of the caller while the loop runs.
  private struct Job {
    let kernels: UnsafePointer<sth_kernels>
    let first: sth_planes
    let second: sth_planes
    let firstMap: (scale: Float, shift: Float)
    let secondMap: (scale: Float, shift: Float)
  }

  /// first = first * (1 - share) + second * share, both brought to `range`.
  static func apply(
    from first: (picture: ImageBuffer, range: PixelRange), to second: (picture: ImageBuffer, range: PixelRange),
    share: Double, _ range: PixelRange, _ services: ComputeServices
  ) {
    var job = Job(
      kernels: services.kernels, first: first.picture.planes, second: second.picture.planes,
      firstMap: map(first.range, range, Float(1 - share)), secondMap: map(second.range, range, Float(share)))
    withUnsafeMutablePointer(to: &job) { job in
      services.pool.parallelFor(
        count: Int64(first.picture.h), grain: rowsPerPart, body: CrossFade.body, argument: job)
    }
  }

  /// A part is so many rows, whatever the number of threads.
  private static let rowsPerPart: Int64 = 16

  private static func map(_ from: PixelRange, _ to: PixelRange, _ share: Float) -> (scale: Float, shift: Float) {
    let scale = (to.white - to.black) / (from.white - from.black)
    return (scale * share, (to.black - from.black * scale) * share)
  }

  private static let body: sth_parallel_body = { argument, begin, end, _ in
    guard let job = argument?.assumingMemoryBound(to: Job.self).pointee else { return }
    var (first, second) = (rows(job.first, begin, end), rows(job.second, begin, end))
    for channel in 0..<first.c {
      // The kernel reads one scale and one shift per channel: the same for all, one channel at a time.
      var (a, b) = (plane(first, channel), plane(second, channel))
      var (scale, shift) = job.firstMap
      job.kernels.pointee.apply_f32(&a, &a, &scale, &shift, nil, 0, 0, 1)
      (scale, shift) = job.secondMap
      job.kernels.pointee.apply_f32(&a, &b, &scale, &shift, &a, 0, 0, 1)
    }
  }

  private static func rows(_ planes: sth_planes, _ begin: Int64, _ end: Int64) -> sth_planes {
    var part = planes
    part.data += Int(begin * planes.h_stride)
    part.h = Int32(end - begin)
    return part
  }

  private static func plane(_ planes: sth_planes, _ channel: Int32) -> sth_planes {
    var part = planes
    part.data += Int(Int64(channel) * planes.c_stride)
    part.c = 1
    return part
  }
}
