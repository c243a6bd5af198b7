// The files of a network: all of it in one, or parts that are named or lie beside each other.
import Glibc
import Networks
import PluginKit

/// Opens a network from the path of one of its files.
struct NetworkFiles {
  private let path: String
  private let host: PluginHost
  private let model: WeightSet

  /// Opens the file that is named. Throws `badWeights` where it cannot be read.
  init(_ path: String, host: PluginHost) throws(PluginError) {
    self.path = path
    self.host = host
    model = try WeightSet.open(path, host: host)
  }

  /// The network. `encoder`: a path that a person gave for the encoder of a decoder.
  /// Throws `badWeights` where a part is missing or damaged, or the file is none of a network known here.
  func network(encoder: String?) throws(PluginError) -> any StyleNetwork {
    if RealtimeAdaIN.recognises(Checkpoint(model)) {
      guard encoder == nil else {
        throw PluginError(.badParameter, "a real-time AdaIN has an encoder of its own: leave encoder= out")
      }
      return try RealtimeAdaIN(model)
    }
    guard MicroAST.recognises(Checkpoint(model)) else { return try pair(encoder: encoder) }
    guard encoder == nil else {
      throw PluginError(.badParameter, "MicroAST has two encoders, which lie beside its decoder: leave encoder= out")
    }
    return try microAST()
  }

  private func pair(encoder named: String?) throws(PluginError) -> AdaIN {
    if let named { return try AdaIN(decoder: model, encoder: WeightSet.open(named, host: host)) }
    guard let half = AdaIN.half(AdaIN.checkpoint(model)), let other = otherHalf(half) else { return try AdaIN(model) }
    host.log(.info, "the \(half == .decoder ? "encoder" : "decoder") is \(other)")
    let file = try WeightSet.open(other, host: host)
    return half == .decoder ? try AdaIN(decoder: model, encoder: file) : try AdaIN(decoder: file, encoder: model)
  }

  /// The file beside a half that holds its other half: of the same name but for the word, or of the name it was published under.
  private func otherHalf(_ half: AdaIN.Half) -> String? {
    let (word, wanted) = half == .decoder ? ("decoder", "encoder") : ("encoder", "decoder")
    let name = FileName(path)
    let published = half == .decoder ? "vgg_normalised" : "decoder"
    let names =
      [name.replacing(word, with: wanted)] + [name.endings, ".pth", ".safetensors", ".t7"].map { published + $0 }
    return names.compactMap { $0 }.map { name.folder + $0 }.first { $0 != path && access($0, R_OK) == 0 }
  }

  private func microAST() throws(PluginError) -> MicroAST {
    let name = FileName(path)
    guard let own = MicroAST.part(Checkpoint(model), name: name.name) else {
      return try MicroAST { _ throws(PluginError) in model }
    }
    return try MicroAST { part throws(PluginError) in
      if part == own { return model }
      let text = own.text(named: name.name)
      guard let other = name.replacing(own.rawValue, with: part.rawValue) else {
        throw model.failure(
          "it is \(text) of MicroAST alone: its four files must lie beside each other under one name but for the words "
            + MicroAST.Part.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard access(name.folder + other, R_OK) == 0 else {
        throw model.failure(
          "it is \(text) of MicroAST alone: the \(part.rawValue) must lie beside it under the same name but for that word"
        )
      }
      host.log(.info, "the \(part.rawValue) is \(name.folder + other)")
      return try WeightSet.open(name.folder + other, host: host)
    }
  }
}

/// A path in its parts.
private struct FileName {
  /// With the last '/'.
  let folder: String
  let name: String

  init(_ path: String) {
    let end = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    (folder, name) = (String(path[..<end]), String(path[end...]))
  }

  /// ".pth.tar"
  var endings: String { name.firstIndex(of: ".").map { String(name[$0...]) } ?? "" }

  /// The name with the last of a word replaced; nil where there is none.
  func replacing(_ word: String, with other: String) -> String? {
    var start = name.endIndex
    while start > name.startIndex {
      start = name.index(before: start)
      guard name[start...].hasPrefix(word) else { continue }
      return name[..<start] + other + name[name.index(start, offsetBy: word.count)...]
    }
    return nil
  }
}
