// MaskFiles.swift - the mask files of a chain of styles, read together in the order of the frames.

/// A reader for each style that has a mask file. Belongs to the decode thread once the pipeline runs.
final class MaskFiles {
  private let readers: [MaskReader?]

  /// No masks.
  init() { readers = [] }

  /// Opens the files.
  ///
  /// - Throws: `HostError` of kind usage for what is no picture.
  init(of styles: [ResolvedStyle], _ services: ComputeServices) throws(HostError) {
    var readers: [MaskReader?] = []
    for style in styles {
      if case .file(let path) = style.options.mask {
        readers.append(try MaskReader(path, services))
      } else {
        readers.append(nil)
      }
    }
    self.readers = readers.contains { $0 != nil } ? readers : []
  }

  /// The pictures that are due, one for each style in the order of the chain; empty where no style has a mask file.
  ///
  /// - Throws: `HostError` of kind input.
  func pictures(at seconds: Double) throws(HostError) -> [MaskPicture?] {
    var pictures: [MaskPicture?] = []
    for reader in readers { pictures.append(try reader?.picture(at: seconds)) }
    return pictures
  }
}
