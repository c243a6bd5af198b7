// Reads ONNX: a protobuf of operators and of the tensors they use. https://onnx.ai
// The tensors become named tensors; everything else becomes JSON in the metadata, which whoever builds the network reads.

import Foundation
import SwiftProtobuf

/// ONNX in.
enum ONNXReader {
  /// - Throws: `Fault` for whatever is not a model in good order: nodes that use what is not computed yet, tensors whose numbers do
  ///   not fill their shape, numbers kept in another file.
  static func read(_ file: MappedFile) throws(Fault) -> FileContents {
    try ONNXEnvelope.check(file.bytes)
    let model = try decode(file.bytes)
    guard model.hasGraph else { throw .damaged("it holds no graph") }
    var graph = ONNXGraph(fileSize: file.bytes.count)
    let text = try graph.describe(model)
    var contents = FileContents(tensors: graph.tensors)
    contents.metadata["onnx.graph"] = text.line
    if !model.docString.isEmpty { contents.metadata["onnx.doc"] = model.docString }
    for property in model.metadataProps { contents.metadata["onnx.meta." + property.key] = property.value }
    return contents
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> ONNXModelProto {
    guard let base = bytes.baseAddress else { throw .damaged("it holds nothing") }
    var options = BinaryDecodingOptions()
    // Where the nodes come from and what people wrote about them: of no use here, and it can be most of a file.
    options.discardUnknownFields = true
    do {
      // The bytes are borrowed for the call: the message copies what it keeps.
      let data = Data(
        bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count, deallocator: .none)
      return try ONNXModelProto(serializedBytes: data, options: options)
    } catch {
      throw .damaged("its protobuf cannot be decoded (\("\(error)".printable()))")
    }
  }
}
