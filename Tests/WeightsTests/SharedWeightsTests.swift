// Every genuine checkpoint at hand loads. These files are no part of the repository: without them the tests are skipped.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Genuine checkpoints")
struct SharedWeightsTests {
  static let folder = URL(fileURLWithPath: SharedData.root).appending(path: "weights")

  static let isPresent = FileManager.default.fileExists(atPath: folder.path)

  /// Path below the folder, format, number of tensors and of parameters.
  static let files: [(String, WeightFile.Format, Int, Int)] = [
    ("johnson/mosaic.safetensors", .safetensors, 62, 1_679_235),
    ("johnson/candy.safetensors", .safetensors, 62, 1_679_235),
    ("johnson/mosaic_nc16_b1_e2_1e05_1e10.model", .pytorchLegacy, 62, 424_899),
    ("johnson/mosaic_nc8_b1_e2_1e05_1e10.model", .pytorchLegacy, 62, 108_771),
    ("johnson/rain-princess_nc16_b1_e2_1e05_1e10.model", .pytorchLegacy, 62, 424_899),
    ("vgg/vgg16_imagenet_conv.safetensors", .safetensors, 26, 14_714_688),
    ("generators/vintage_resnet9_affine_in.pth", .pytorchZip, 94, 11_388_675),
    ("generators/horse2zebra_mobile_resnet9.pth", .pytorchLegacy, 84, 356_867),
    ("arbitrary/distilled-vgg19/decoder_relu4_1.pth", .pytorchLegacy, 18, 219_667),
    ("arbitrary/distilled-vgg19/encoder_relu4_1.pth", .pytorchLegacy, 28, 307_804),
    ("arbitrary/microast/content_encoder_iter_160000.pth.tar", .pytorchLegacy, 18, 157_792),
    ("arbitrary/microast/decoder_iter_160000.pth.tar", .pytorchLegacy, 18, 153_843),
    ("arbitrary/microast/modulator_iter_160000.pth.tar", .pytorchLegacy, 8, 2_560),
    ("arbitrary/microast/style_encoder_iter_160000.pth.tar", .pytorchLegacy, 18, 157_792),
    ("sfit/ADDA-source-classifier-final.pt", .pytorchLegacy, 2, 5_010),
    ("sfit/ADDA-source-encoder-final.pt", .pytorchLegacy, 6, 427_070),
    ("sfit/ADDA-target-encoder-final.pt", .pytorchLegacy, 6, 427_070),
  ]

  /// Name, type, shape, strides, and a checksum or the integer, as PyTorch sees them.
  struct Oracle: Decodable {
    let name: String
    let type: String
    let shape: [Int]
    let strides: [Int]
    let checksum: String

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      name = try fields.decode(String.self)
      type = try fields.decode(String.self)
      shape = try fields.decode([Int].self)
      strides = try fields.decode([Int].self)
      checksum = try fields.decode(String.self)
    }
  }

  // Skipped without the shared folder, which is no part of the repository.
  @Test("a genuine checkpoint holds the numbers PyTorch finds in it", .enabled(if: isPresent), arguments: files)
  func loads(name: String, format: WeightFile.Format, tensors: Int, parameters: Int) throws {
    let oracle = try #require(try Fixtures.decode([String: [Oracle]].self, from: "shared.json")[name])
    let file = try WeightFile.open(path: Self.folder.appending(path: name).path)
    #expect(file.format == format)
    #expect(file.tensors.count == tensors)
    #expect(file.parameterCount == parameters)
    #expect(file.tensors.map(\.name) == oracle.map(\.name))
    for (tensor, expected) in zip(file.tensors, oracle) {
      #expect(tensor.elementType.rawValue == expected.type)
      #expect(tensor.shape == expected.shape)
      #expect(tensor.strides == expected.strides)
      if tensor.elementType.isFloatingPoint {
        #expect(Self.checksum(try tensor.floats()) == UInt64(expected.checksum, radix: 16), "\(tensor.name)")
      } else {
        #expect(tensor.bytes.loadUnaligned(as: Int64.self) == Int64(expected.checksum), "\(tensor.name)")
      }
    }
  }

  // Skipped without the shared folder, which is no part of the repository.
  @Test("every file among the shared weights opens, ONNX ones too", .enabled(if: isPresent))
  func everyFile() throws {
    let names = try #require(FileManager.default.enumerator(atPath: Self.folder.path)).compactMap { $0 as? String }
    var opened = 0
    for name in names where !name.hasSuffix(".md") {
      let path = Self.folder.appending(path: name).path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      let file = try WeightFile.open(path: path)
      #expect(file.parameterCount > 0, "\(name)")
      for tensor in file.tensors where tensor.elementType.isFloatingPoint {
        #expect(try tensor.floats().count == tensor.elementCount, "\(name): \(tensor.name)")
      }
      opened += 1
    }
    #expect(opened >= Self.files.count)
    let styles = try WeightFile.open(path: Self.folder.appending(path: "onnx/multistyle26.onnx").path)
    #expect(styles.format == .onnx && styles.tensor(named: "contract.0.norm.gamma")?.shape == [26, 32])
  }

  /// As in make_fixtures.py: it depends on every value and its place.
  private static func checksum(_ floats: [Float]) -> UInt64 {
    var sum: UInt64 = 0
    var weight: UInt64 = 1
    for float in floats {
      sum &+= UInt64(float.bitPattern) &* weight
      weight &+= 2
    }
    return sum
  }
}
