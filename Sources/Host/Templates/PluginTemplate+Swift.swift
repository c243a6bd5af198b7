// PluginTemplate+Swift.swift - the files of a plugin begun in Swift, as they are written.

extension PluginTemplate {
  static let swiftFiles: [String: String] = [
    "Package.swift": ##"""
    // swift-tools-version: 6.2
    // Builds lib@NAME@.so, a stylehost plugin.
    import PackageDescription

    let package = Package(
      name: "@NAME@",
      products: [.library(name: "@NAME@", type: .dynamic, targets: ["@NAME@"])],
      dependencies: [.package(name: "stylehost", path: "@STYLEHOST@")],
      targets: [
        .target(
          name: "@NAME@", dependencies: [.product(name: "PluginKit", package: "stylehost")],
          swiftSettings: [.swiftLanguageMode(.v6)])
      ]
    )

    """##,
    "README.md": ##"""
    # @NAME@

    A stylehost plugin in Swift: one file, one exported function.

        swift build -c release
        stylehost plugins validate .build/release/lib@NAME@.so
        STYLEHOST_PLUGIN_PATH=.build/release stylehost run -s @NAME@:amount=60 in.mp4 out.mp4

    | parameter | unit | range | default | |
    |---|---|---|---|---|
    | `amount` | % | 0...100 | 100 | how far colours fade; 0 leaves them as they are |

    It may change from frame to frame.

    To make it yours: change `process(row:of:)` and the parameters in `Sources/@NAME@/@NAME@.swift`. An effect that is not one of
    rows conforms to `StylePlugin` and writes `process(_:)`; one that runs a network builds it with `GraphBuilder`. The protocols
    are in `Sources/PluginKit/Plugin` of the stylehost checkout (`Package.swift` here says where that is).

    """##,
    "Sources/@NAME@/@NAME@.swift": ##"""
    // @NAME@: a stylehost plugin in Swift that fades pictures to grey.
    import PluginKit

    /// Fades the colours of a picture to grey.
    final class @TYPE@: RowPlugin {
      /// Declared once, listed in the descriptor, looked up below. `runtime`: it may change from frame to frame.
      static let amount = Parameter.float(
        "amount", "Amount", in: 0...100, default: 100, help: "How far colours fade; 0 leaves them as they are"
      ).unit("%").runtime

      static let descriptor = PluginDescriptor(
        id: "@NAME@", name: "@TYPE@", version: "1.0.0", licence: "MIT", description: "Fades pictures to grey.",
        parameters: [amount])

      init(host: PluginHost, parameters: Parameters) {}

      /// One row, black 0 and white 1. The host calls this for many rows at once: read `self`, do not change it.
      func process(row y: Int, of frame: Frame) {
        let amount = Float(frame.parameters[Self.amount] / 100)
        let (input, output) = (frame.input, frame.output)
        let (r, g, b) = (input.row(y, plane: 0), input.row(y, plane: 1), input.row(y, plane: 2))
        let (outR, outG, outB) = (output.row(y, plane: 0), output.row(y, plane: 1), output.row(y, plane: 2))
        for x in 0..<input.width {
          let luma = 0.2126 * r[x] + 0.7152 * g[x] + 0.0722 * b[x]
          outR[x] = r[x] + amount * (luma - r[x])
          outG[x] = g[x] + amount * (luma - g[x])
          outB[x] = b[x] + amount * (luma - b[x])
        }
      }
    }

    /// The one function that the host looks for.
    @c(stylehost_plugin_entry)
    public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { @TYPE@.entry(hostMajor, hostMinor) }

    """##,
  ]
}
