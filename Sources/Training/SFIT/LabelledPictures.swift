// Pictures whose classes are known, on which classifiers are measured.
import Foundation
import PluginKit
import Weights

/// The pictures of a folder that has one folder for each class.
final class LabelledPictures {
  /// A picture that is not yet read, and its class, 0, 1, ...
  private typealias Example = (place: ContentPlace, label: Int)

  private var examples: [Example]
  private let folder: String
  private let cut: PictureCut
  private let voice: TrainingVoice

  /// - Parameters:
  ///   - classes: how many the models tell apart.
  ///   - cut: of what is learnt from; here pictures are cut out of the middle.
  /// - Throws: `input` where the folder holds no folders, or others than those of classes.
  init(_ folder: String, classes: Int, _ cut: PictureCut, _ voice: TrainingVoice) throws(TrainingError) {
    var middle = PictureCut(size: cut.size)
    middle.photoSize = cut.photoSize
    (self.folder, self.cut, self.voice) = (folder, middle, voice)
    examples = try Self.examples(folder, classes: classes, warn: voice.warn)
  }

  /// Shows each picture and its class. Pictures that cannot be read are told of once and left out.
  /// - Returns: how many there were.
  func show(_ look: (Picture, Int) throws(TrainingError) -> Void) throws(TrainingError) -> Int {
    var unread = Set<ContentPlace>()
    for (place, label) in examples {
      var draws = SplitMix64(seed: 0)
      let photo: Picture
      do throws(TrainingError) {
        photo = try PictureLoader.load(place, cut, &draws)
      } catch {
        voice.warn("\(error.description); it is left out")
        unread.insert(place)
        continue
      }
      try look(photo, label)
    }
    examples.removeAll { unread.contains($0.place) }
    guard !examples.isEmpty else {
      throw TrainingError(.input, "none of the pictures in \(folder) can be read, on which the models are measured")
    }
    return examples.count
  }

  private static func examples(
    _ folder: String, classes: Int, warn: (String) -> Void
  ) throws(TrainingError) -> [Example] {
    var names: [String] = []
    for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
      var isFolder: ObjCBool = false
      guard !name.hasPrefix("."), FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder),
        isFolder.boolValue
      else { continue }
      names.append(name)
    }
    guard !names.isEmpty else {
      throw TrainingError(
        .input, "there is no folder in \(folder): give one that holds a folder of pictures for each class")
    }
    let labels = Self.labels(names)
    for (name, label) in zip(names, labels) where !(label >= 0 && label < classes) {
      throw TrainingError(
        .input, "\(folder)/\(name) cannot be a class: the models tell \(classes) apart, 0...\(classes - 1)")
    }
    var examples: [Example] = []
    for (name, label) in zip(names, labels) {
      let list = try ContentList(["\(folder)/\(name)"], warn: warn)
      for place in list.places { examples.append((place: place, label: label)) }
    }
    return examples
  }

  /// The classes that sorted names stand for: themselves where all are whole numbers, else their places.
  static func labels(_ names: [String]) -> [Int] {
    let numbers = names.compactMap { Int($0) }
    return numbers.count == names.count ? numbers : Array(names.indices)
  }
}
