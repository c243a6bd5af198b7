// Opening a weight file: map it, look at its first bytes, hand it to the reader of that format.

extension WeightFile {
  /// Opens a weight file of any format this room knows.
  /// - Parameter path: a regular file. The extension does not matter.
  /// - Throws: `WeightsError`, one line, for anything that cannot be read in full: nothing is read by half.
  public static func open(path: String) throws(WeightsError) -> WeightFile {
    do throws(Fault) {
      let file = try MappedFile(path: path)
      let format = try recognise(file.bytes, isNamedONNX: path.hasSuffix(".onnx"))
      let contents: FileContents
      switch format {
      case .safetensors: contents = try SafetensorsReader.read(file)
      case .pytorchZip: contents = try PyTorchZipReader.read(file)
      case .pytorchLegacy: contents = try PyTorchLegacyReader.read(file)
      case .onnx: contents = try ONNXReader.read(file)
      case .torch7: contents = try Torch7Reader.read(file)
      }
      try checkPromise(of: contents.tensors, fileSize: file.bytes.count)
      return try WeightFile(path: path, file: file, format: format, contents: contents)
    } catch {
      throw WeightsError(error, action: .load, subject: path)
    }
  }

  /// The most bytes the tensors of a file may unfold to when they are read out. Tensors may share a storage or repeat an element
  /// (stride 0), so a file can promise more than it holds; genuine ones do so a few times over, hostile ones without bound.
  static func promise(fileSize: Int) -> Int {
    let (product, overflow) = fileSize.multipliedReportingOverflow(by: 16)
    return overflow ? .max : max(product, 1 << 20)
  }

  private static func checkPromise(of tensors: [NamedTensor], fileSize: Int) throws(Fault) {
    var left = promise(fileSize: fileSize)
    for tensor in tensors {
      left -= tensor.elementCount * tensor.elementType.byteCount
      if left < 0 { throw .damaged("its tensors together promise more than 16 times what the file holds") }
    }
  }

  /// - Parameter isNamedONNX: the name says what a damaged file should be, so that what is wrong with it can be said.
  private static func recognise(_ bytes: UnsafeRawBufferPointer, isNamedONNX: Bool) throws(Fault) -> Format {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .pytorchZip }
    if bytes.starts(with: PyTorchLegacyReader.magic) { return .pytorchLegacy }
    if Torch7Reader.recognises(bytes) { return .torch7 }
    if bytes.count >= 9, bytes[8] == UInt8(ascii: "{") { return .safetensors }
    if ONNXEnvelope.recognises(bytes) { return .onnx }
    let fault = unrecognised(bytes)
    if isNamedONNX, fault.kind == .unrecognised, bytes.first == 0x08 { return .onnx }
    throw fault
  }

  /// Says what else the file might be, for the mistakes people make most.
  private static func unrecognised(_ bytes: UnsafeRawBufferPointer) -> Fault {
    let formats = "give a .safetensors, ONNX or binary .t7 file, or one written by torch.save"
    if bytes.starts(with: "version https://git-lfs".utf8) {
      return .unrecognised("it is a Git LFS pointer, not the weights: fetch them with 'git lfs pull'")
    }
    if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") {
      return .unrecognised("it looks like a web page, not weights: download the file itself")
    }
    if Torch7Reader.recognisesText(bytes) {
      return .unsupported(
        "it is a .t7 file in Torch7's text form: save it again in binary form, torch.save(name, object, 'binary')")
    }
    if bytes.count >= 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      return .unrecognised(
        "it is a Python pickle, but not one torch.save writes with its default protocol 2: save its state_dict() again with torch.save"
      )
    }
    return .unrecognised("its format is not known: \(formats)")
  }
}
