// HostError+Rooms.swift - errors of the rooms below, with the exit code their side gives them.

import Graph
import Video
import Weights

extension HostError {
  /// An error of the room Video.
  public init(_ error: VideoError) {
    switch error {
    case .usage(let text): self.init(.usage, text)
    case .input(let text): self.init(.input, text)
    case .damagedInput(let text): self.init(.partial, text)
    case .output(let text): self.init(.output, text)
    case .consumerClosed(let text): self.init(.consumerClosed, text)
    case .interrupted(let text): self.init(.cancelled, text)
    }
  }

  /// An error of the room Weights: the model is at fault, or where it was to be written.
  public init(_ error: WeightsError) {
    self.init(error.kind == .unwritable ? .output : .plugin, error.description)
  }

  /// An error of the room Graph: of what the host itself asks of it, which is memory.
  init(_ error: GraphError) { self.init(.plugin, error.description) }
}
