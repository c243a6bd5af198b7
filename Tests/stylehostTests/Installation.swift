// Installation.swift - the program as it is installed, away from its checkout, with styles and a feature network of its own.

import Foundation
import Weights

/// A folder with bin/stylehost, two plugins and share/stylehost/styles: calm and wild of `models init`, old.t7, a broken file, a
/// feature network and a photo of 64x48.
enum Installation {
  static let folder: Result<String, any Error> = Result {
    let folder = try Program.folder()
    let made = try Program.shell(
      """
      mkdir -p bin share/stylehost/styles && cp "$S" "$(dirname "$S")"/lib{johnson,gatys}.so bin/ && cd share/stylehost/styles &&
      $S models init johnson --width 4 --seed 1 ../calm.safetensors && $S models init johnson --width 4 --seed 2 wild.safetensors &&
      cp '\(Program.root.path)/Tests/NetworksTests/Fixtures/johnson_instance.t7' old.t7 && echo nonsense > broken.safetensors &&
      ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=5 -frames:v 1 photo.jpg
      """, in: folder)
    guard made.code == 0 else { throw Clips.Failure(description: made.words) }
    let styles = folder + "/share/stylehost/styles"
    try SafetensorsWriter.write(
      WeightFile.open(path: folder + "/share/stylehost/calm.safetensors").tensors,
      metadata: [
        "stylehost.plugin": "johnson", "stylehost.preset": "quality", "title": "Calm\nsea", "licence": "CC0-1.0",
      ], to: styles + "/calm.safetensors")
    try features(styles + "/features.safetensors")
    return folder
  }

  /// VGG-16 to relu5_1 with four planes in every layer.
  static func features(_ path: String) throws {
    var tensors: [NamedTensor] = []
    for (index, layer) in [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24].enumerated() {
      let shape = [4, index == 0 ? 3 : 4, 3, 3]
      tensors.append(try NamedTensor(name: "features.\(layer).weight", shape: shape, fill: .heNormal, seed: 1))
      tensors.append(try NamedTensor(name: "features.\(layer).bias", shape: [4], fill: .zero, seed: 1))
    }
    try SafetensorsWriter.write(tensors, metadata: ["stylehost.kind": "features"], to: path)
  }

  /// Runs a bash script in a fresh folder in which $B is the installed program and $STYLES its folder of styles; a person has none of
  /// their own.
  static func shell(_ script: String) throws -> Program.Outcome {
    let installed = try folder.get()
    return try Program.shell(
      """
      unset STYLEHOST_STYLE_PATH STYLEHOST_PLUGIN_PATH; export XDG_DATA_HOME=$PWD/data
      B='\(installed)/bin/stylehost'; STYLES='\(installed)/share/stylehost/styles'; \(script)
      """, in: Program.folder())
  }
}
