// SeamWork.swift - runs an unpack or pack kernel over all its parts on the worker pool.

import Foundation
import Graph
import Kernels
import PluginAPI
import Video

/// Keeps the workspace between frames, so that steady work allocates nothing. One thread at a time.
final class SeamWork {
  /// Which way pixels go.
  enum Direction {
    case unpack, pack
  }

  /// What a part of the loop needs, on the stack of the caller while the loop runs.
  private struct Job {
    var kernels: sth_frame_kernels
    var direction: Direction
    var image: sth_planes
    var frame: sth_frame_planes
    var layout: sth_frame_layout
    var workspace: UnsafeMutableRawPointer?
    var workspaceBytes: Int
    /// The loop's first unit.
    var first: Int64 = 0
  }

  private let services: ComputeServices
  private var workspace: UnsafeMutableRawPointer?
  private var workspaceBytes = 0

  init(_ services: ComputeServices) { self.services = services }

  deinit { free(workspace) }

  /// Converts between a picture and a frame's planes.
  ///
  /// - Throws: `HostError` of kind plugin where there is no memory for the workspace.
  func run(
    _ direction: Direction, _ image: ImageBuffer, _ frame: sth_frame_planes, _ layout: sth_frame_layout
  ) throws(HostError) {
    var layout = layout
    guard let query = services.frameKernels.workspace_bytes, let units = services.frameKernels.units else {
      throw HostError(.plugin, "the frame kernels are incomplete: please report this")
    }
    let perWorker = (Int(query(&layout)) + 63) & ~63
    let total = max(64, perWorker * services.pool.threadCount)
    if total > workspaceBytes {
      free(workspace)
      (workspace, workspaceBytes) = (nil, 0)
      guard posix_memalign(&workspace, 64, total) == 0 else {
        throw HostError(.plugin, "there is not enough memory to convert a frame of \(layout.w)x\(layout.h)")
      }
      workspaceBytes = total
    }
    let count = Int64(units(&layout))
    var job = Job(
      kernels: services.frameKernels, direction: direction, image: image.planes, frame: frame, layout: layout,
      workspace: workspace, workspaceBytes: perWorker)
    // A picture in a file is converted piece by piece, so that its pages need not be in memory all at once.
    let parts = Int64(services.pool.threadCount * 4)
    let piece = image.isScratch ? max(count / SeamWork.pieces, parts) : max(count, 1)
    let grain = max(1, piece / parts)
    while job.first < count {
      withUnsafeMutablePointer(to: &job) { job in
        services.pool.parallelFor(
          count: min(piece, count - job.pointee.first), grain: grain, body: SeamWork.body, argument: job)
      }
      job.first += piece
      image.releasePages()
    }
  }

  private static let pieces: Int64 = 32

  private static let body: sth_parallel_body = { argument, begin, end, worker in
    guard let job = argument?.assumingMemoryBound(to: Job.self) else { return }
    let space = job.pointee.workspace.map { $0 + Int(worker) * job.pointee.workspaceBytes }
    // Copies on this thread's stack: several workers read the job at once.
    var (image, frame, layout) = (job.pointee.image, job.pointee.frame, job.pointee.layout)
    let (begin, end) = (Int32(begin + job.pointee.first), Int32(end + job.pointee.first))
    switch job.pointee.direction {
    case .unpack: job.pointee.kernels.unpack(&image, &frame, &layout, begin, end, space)
    case .pack: job.pointee.kernels.pack(&frame, &image, &layout, begin, end, space)
    }
  }
}
