// ModelIdentifier+Hints.swift - where a plugin refuses the model file it was given, which plugin would take it.

import Weights

extension ModelIdentifier {
  /// Starts styles. Where that fails because a model file is another plugin's, the error says so, and what to write.
  func advising<Result>(
    _ styles: [ResolvedStyle], start: () throws(HostError) -> Result
  ) throws(HostError) -> Result {
    do {
      return try start()
    } catch {
      throw advised(error, styles)
    }
  }

  /// An error of styles that were started, with the same added to it.
  func advised(_ error: HostError, _ styles: [ResolvedStyle]) -> HostError {
    guard error.kind == .plugin, let advice = styles.lazy.compactMap(advice).first else { return error }
    return HostError(.plugin, error.description + advice)
  }

  /// "; x.pth is the model of another plugin (...): write -s cut:model=x.pth", or nil where the style has the right plugin.
  private func advice(for style: ResolvedStyle) -> String? {
    guard let index = style.values.parameters.firstIndex(where: \.isModel),
      case .text(let path?) = style.values.values[index], let file = try? WeightFile.open(path: path),
      let model = try? identify(file), model.plugin.info.id != style.plugin.info.id,
      let key = model.plugin.info.parameters.first(where: \.isModel)?.key
    else { return nil }
    let what = model.architecture.map { " (\($0))" } ?? ""
    let spec = StyleSpec(name: model.plugin.info.id, assignments: [StyleSpec.Assignment(key: key, value: path)])
    return "; \(PathText.lastPart(path)) is a model of another plugin\(what): write -s \(spec)"
  }
}
