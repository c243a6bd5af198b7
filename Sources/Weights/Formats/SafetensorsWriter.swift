// Writes safetensors: the one format this room writes. The same tensors and metadata always give the same bytes.

import Glibc

/// Safetensors out.
public enum SafetensorsWriter {
  /// Writes tensors to a file, all or nothing: into a temporary file beside it, which then takes its place.
  ///
  /// Element types stay as they are; strided tensors are written without gaps. Widest elements come first, then by name, so every
  /// tensor is aligned to its element and the order given does not matter.
  /// - Throws: `WeightsError` if two tensors have one name, if `path` is anything but a regular file or nothing, or if the disk fails.
  public static func write(
    _ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String
  ) throws(WeightsError) {
    do throws(Fault) {
      let ordered = tensors.sorted {
        ($1.elementType.byteCount, $0.name) < ($0.elementType.byteCount, $1.name)
      }
      let header = try header(ordered, metadata: metadata)
      let output = try ReplacementFile(path: path)
      do throws(Fault) {
        try output.append(header)
        for tensor in ordered {
          if tensor.isContiguous {
            try output.append(tensor.bytes)
          } else {
            try output.append(tensor.contiguousBytes())
          }
        }
        try output.commit()
      } catch {
        output.discard()
        throw error
      }
    } catch {
      throw WeightsError(error, action: .write, subject: path)
    }
  }

  /// Length and JSON, padded with spaces so that the data begin at a multiple of 8.
  static func header(_ tensors: [NamedTensor], metadata: [String: String]) throws(Fault) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(JSONValue.quoted($0.key)):\(JSONValue.quoted($0.value))"
      }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var position = 0
    var names: Set<String> = ["__metadata__"]
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw .unwritable("two tensors are named '\(tensor.name.printable())', or one as the metadata: rename one")
      }
      let end = position + tensor.elementCount * tensor.elementType.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(JSONValue.quoted(tensor.name)):{\"dtype\":\"\(tensor.elementType.safetensorsName)\",\"shape\":[\(shape)],\"data_offsets\":[\(position),\(end)]}"
      )
      position = end
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    json.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8))
    guard json.count <= SafetensorsReader.maximumHeader else {
      throw .unwritable("the header would be \(json.count) bytes, more than the format allows: write fewer tensors")
    }
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
  }
}
