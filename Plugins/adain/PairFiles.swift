// The files of a pair: both networks in one, or a half whose other half is named or lies beside it.
import Glibc
import Networks
import PluginKit

/// The open files of a pair.
struct PairFiles {
  private let model: WeightSet
  private let decoder: WeightSet?
  private let encoder: WeightSet?

  /// Opens what is named, and of a half that comes alone the file beside it that is called like its other half.
  /// Throws `badWeights` where a file cannot be read, and where there is no other half.
  init(model path: String, encoder named: String?, host: PluginHost) throws(PluginError) {
    model = try WeightSet.open(path, host: host)
    if let named {
      (decoder, encoder) = (model, try WeightSet.open(named, host: host))
      return
    }
    guard let half = AdaIN.half(AdaIN.checkpoint(model)), let beside = Self.other(of: path, half) else {
      (decoder, encoder) = (nil, nil)
      return
    }
    host.log(.info, "the \(half == .decoder ? "encoder" : "decoder") is \(beside)")
    let other = try WeightSet.open(beside, host: host)
    (decoder, encoder) = half == .decoder ? (model, other) : (other, model)
  }

  /// The pair. Throws `badWeights`.
  func network() throws(PluginError) -> AdaIN {
    guard let decoder, let encoder else { return try AdaIN(model) }
    return try AdaIN(decoder: decoder, encoder: encoder)
  }

  /// The file beside a half that holds its other half: of the same name but for the word, or of the name it was published under.
  private static func other(of path: String, _ half: AdaIN.Half) -> String? {
    let end = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let (folder, name) = (String(path[..<end]), String(path[end...]))
    let (word, wanted) = half == .decoder ? ("decoder", "encoder") : ("encoder", "decoder")
    var names: [String] = []
    if let place = name.lastRange(of: word) {
      names.append(name[..<place.lowerBound] + wanted + name[place.upperBound...])
    }
    let published = half == .decoder ? "vgg_normalised" : "decoder"
    let endings = name.firstIndex(of: ".").map { [String(name[$0...])] } ?? []
    names += (endings + [".pth", ".safetensors", ".t7"]).map { published + $0 }
    return names.map { folder + $0 }.first { $0 != path && access($0, R_OK) == 0 }
  }
}

extension String {
  /// The last place of a word.
  fileprivate func lastRange(of word: String) -> Range<String.Index>? {
    var start = endIndex
    while start > startIndex {
      start = index(before: start)
      if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
    }
    return nil
  }
}
