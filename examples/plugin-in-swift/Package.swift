// swift-tools-version: 6.2
// Builds libfade.so, a stylehost plugin.
import PackageDescription

let package = Package(
  name: "fade",
  products: [.library(name: "fade", type: .dynamic, targets: ["fade"])],
  dependencies: [.package(name: "stylehost", path: "../..")],
  targets: [
    .target(
      name: "fade", dependencies: [.product(name: "PluginKit", package: "stylehost")],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
