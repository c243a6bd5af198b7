// How a network of several styles is described.
import PluginKit

extension ModelInfo {
  /// The same of a network of so many styles.
  public func of(styles: Int) -> ModelInfo {
    var info = self
    if styles > 1 { info.architecture += ", \(styles) styles" }
    return info
  }
}
