// Multimodal unpaired translation: the content of one domain in styles of another.
import PluginKit

/// Huang, Liu, Belongie, Kautz: Multimodal Unsupervised Image-to-Image Translation, ECCV 2018; NVlabs' `AdaINGen` of two domains.
///
/// Takes and gives [3, h, w], R G B, -1...1, of any size. A style is a code of a few numbers (8 as published), normally distributed
/// over the pictures of a domain.
public struct MUNIT {
  /// How often a picture is halved at most, and layers that a perceptron has at most; published nets have 2, 4 for styles, and 3.
  static let (maximumReductions, maximumLayers) = (8, 64)

  /// From which domain to which.
  public enum Direction: String, CaseIterable, Sendable {
    /// From A to B, from B to A.
    case a2b, b2a
  }

  /// One of the two kinds of pictures.
  public enum Domain: Sendable {
    /// Those that `a2b` translates, and those it translates to.
    case a, b
  }

  /// The networks of one domain.
  struct Generator {
    let style: MUNITStyleEncoder
    let content: MUNITContentEncoder
    let decoder: MUNITDecoder

    /// Takes `enc_style`, `enc_content`, `dec` and `mlp` behind `prefix`.
    init(_ file: inout Checkpoint, prefix: String) throws(PluginError) {
      style = try MUNITStyleEncoder(&file, "\(prefix)enc_style")
      content = try MUNITContentEncoder(&file, "\(prefix)enc_content")
      decoder = try MUNITDecoder(&file, prefix: prefix, planes: content.planes, code: style.size)
      guard decoder.up.count == content.down.count else {
        throw file.failure(
          "'\(prefix)enc_content' reduces \(content.down.count) times, and '\(prefix)dec' enlarges \(decoder.up.count) times"
        )
      }
    }
  }

  let a, b: Generator

  /// The checkpoint is meant for this network, in whatever state.
  public static func recognises(_ file: Checkpoint) -> Bool {
    ["a.", "b.", ""].contains { prefix in
      ["enc_content.model.0.conv.weight", "enc_style.model.0.conv.weight"].contains { file.has(prefix + $0) }
    }
  }

  /// Reads the generators of both domains, the `{'a', 'b'}` of a `gen_*.pt`. Throws `badWeights` where a tensor is missing, of another
  /// shape, or not part of them, and where their sizes do not fit each other's.
  public init(_ weights: WeightSet) throws(PluginError) { try self.init(Checkpoint(weights)) }

  /// The same of a file that holds other networks too.
  public init(_ checkpoint: Checkpoint) throws(PluginError) {
    var file = checkpoint
    guard !file.has("enc_content.model.0.conv.weight") else {
      throw file.failure("it holds the generator of one domain, and translation takes those of two: 'a.' and 'b.'")
    }
    a = try Generator(&file, prefix: "a.")
    b = try Generator(&file, prefix: "b.")
    try file.finish(network: "MUNIT")
    guard a.content.planes == b.content.planes, a.content.down.count == b.content.down.count else {
      throw file.failure(
        "the content of its domains differs in planes or size, so that neither decoder takes the other's")
    }
  }

  private func networks(_ direction: Direction) -> (source: Generator, target: Generator) {
    direction == .a2b ? (a, b) : (b, a)
  }

  /// Numbers of a code of the domain that is translated to.
  public func codeSize(_ direction: Direction) -> Int { networks(direction).target.style.size }

  /// Planes of the content.
  public var contentPlanes: Int { a.content.planes }

  /// Both sides of a picture whose style is read are this at least.
  public func leastStyleSide(_ direction: Direction) -> Int { networks(direction).target.style.leastSide }

  /// image: [3, h, w], -1...1, of the domain that is translated from. Gives its content.
  public func content(_ image: Value, _ direction: Direction, in g: borrowing GraphBuilder) -> Value {
    networks(direction).source.content(image, in: g)
  }

  /// image: [3, h, w], -1...1, of the domain that is translated to. Gives its code, [codeSize, 1, 1].
  public func code(of image: Value, _ direction: Direction, in g: borrowing GraphBuilder) -> Value {
    networks(direction).target.style(image, in: g)
  }

  /// Gives the picture of a content in the style of a code: [3, h, w], -1...1, as large as `image`, which is not read.
  public func picture(
    _ content: Value, code: Value, like image: Value, _ direction: Direction, in g: borrowing GraphBuilder
  ) -> Value {
    g.cropLike(networks(direction).target.decoder(content, code, in: g), image)
  }

  private func generator(_ domain: Domain) -> Generator { domain == .a ? a : b }

  /// image: [3, h, w], -1...1, of a domain. Gives its content, and its code of [codeSize, 1, 1].
  public func encode(_ image: Value, _ domain: Domain, in g: borrowing GraphBuilder) -> (content: Value, code: Value) {
    (generator(domain).content(image, in: g), generator(domain).style(image, in: g))
  }

  /// Gives the picture of a content and a code of a domain: [3, h, w], -1...1, with sides of multiples of the content's.
  public func decode(_ content: Value, code: Value, _ domain: Domain, in g: borrowing GraphBuilder) -> Value {
    generator(domain).decoder(content, code, in: g)
  }
}
