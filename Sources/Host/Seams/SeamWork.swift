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
    let count = Int(units(&layout))
    var job = Job(
      kernels: services.frameKernels, direction: direction, image: image.planes, frame: frame, layout: layout,
      workspace: workspace, workspaceBytes: perWorker)
    withUnsafeMutablePointer(to: &job) { job in
      services.pool.loop(
        over: count, isScratch: image.isScratch, body: SeamWork.body, argument: job,
        afterPiece: { image.releasePages() })
    }
  }

  private static let body: sth_parallel_body = { argument, begin, end, worker in
    guard let job = argument?.assumingMemoryBound(to: Job.self) else { return }
    let space = job.pointee.workspace.map { $0 + Int(worker) * job.pointee.workspaceBytes }
    // Copies on this thread's stack: several workers read the job at once.
    var (image, frame, layout) = (job.pointee.image, job.pointee.frame, job.pointee.layout)
    switch job.pointee.direction {
    case .unpack: job.pointee.kernels.unpack(&image, &frame, &layout, Int32(begin), Int32(end), space)
    case .pack: job.pointee.kernels.pack(&frame, &image, &layout, Int32(begin), Int32(end), space)
    }
  }
}
