// swift-tools-version: 6.2
// The house of stylehost as the package manager sees it: one target per room, dependencies point down only.
import PackageDescription

/// Warnings fail the build where the tests are run, and only warn where people build with compilers newer than ours.
let strict = Context.environment["STYLEHOST_WARNINGS_AS_ERRORS"] != nil

/// Settings of every Swift target.
let swift: [SwiftSetting] =
  [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")] + (strict ? [.treatAllWarnings(as: .error)] : [])

/// Settings of every C target.
let c: [CSetting] = strict ? [.treatAllWarnings(as: .error)] : []

/// Each a folder of `Plugins` with its README, and a shared library.
let plugins = ["adain", "cut", "gatys", "johnson", "munit", "onnx", "sfit"]

let package = Package(
  name: "stylehost",
  products: [
    .executable(name: "stylehost", targets: ["stylehost"]),
    .library(name: "PluginKit", targets: ["PluginKit"]),
  ] + plugins.map { .library(name: $0, type: .dynamic, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    // Reads ONNX files.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Floor 0: names for foreign libraries.
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat",
      providers: [.apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev", "libavutil-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-serial-dev"])]),

    // Floor 1: the contract, and pure functions on memory.
    .target(name: "PluginAPI", cSettings: c),
    .target(name: "Kernels", dependencies: ["PluginAPI", "COpenBLAS"], cSettings: c),

    // Floor 2: bytes and what they mean, and how numbers are improved.
    .target(
      name: "Weights", dependencies: ["PluginAPI", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Formats/ONNX/onnx.proto"], swiftSettings: swift),
    .target(name: "Video", dependencies: ["CFFmpeg"], swiftSettings: swift),
    .target(name: "Optimisers", swiftSettings: swift),

    // Floor 3: the graph compiler, and the Swift face of the contract.
    .target(name: "Graph", dependencies: ["PluginAPI", "Kernels"], swiftSettings: swift),
    .target(name: "PluginKit", dependencies: ["PluginAPI"], swiftSettings: swift),

    // Floor 4: the networks.
    .target(name: "Networks", dependencies: ["PluginKit"], swiftSettings: swift),

    // Floor 5: the host; the plugins stand at the end.
    .target(
      name: "Host", dependencies: ["PluginAPI", "Graph", "Kernels", "Weights", "Video"],
      swiftSettings: swift),

    .target(
      name: "Training",
      dependencies: ["PluginAPI", "PluginKit", "Networks", "Optimisers", "Graph", "Weights", "Video"],
      swiftSettings: swift),

    // Floor 6: the command line.
    .executableTarget(
      name: "stylehost",
      dependencies: [
        "Host", "Training", "Weights", "Video", "Graph",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),

    .target(name: "TestFolders", path: "Tests/TestFolders", swiftSettings: swift),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestFolders"], swiftSettings: swift),
    .testTarget(name: "PluginAPITests", dependencies: ["PluginAPI", "TestFolders"], swiftSettings: swift),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "PluginAPI", "Weights", "TestFolders"], swiftSettings: swift),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .target(name: "SeededNumbers", path: "Tests/SeededNumbers", swiftSettings: swift),
    .testTarget(
      name: "GraphTests", dependencies: ["Graph", "Kernels", "PluginAPI", "AllocationCounter", "TestFolders"],
      swiftSettings: swift),
    .testTarget(
      name: "PluginKitTests", dependencies: ["PluginKit", "PluginAPI", "AllocationCounter"], swiftSettings: swift),
    .testTarget(
      name: "OptimisersTests", dependencies: ["Optimisers"], exclude: ["Fixtures"], swiftSettings: swift),
    .testTarget(
      name: "WeightsTests", dependencies: ["Weights", "PluginAPI", "TestFolders"], exclude: ["Fixtures"],
      swiftSettings: swift),
    .testTarget(
      name: "VideoTests", dependencies: ["Video", "AllocationCounter", "TestFolders"], swiftSettings: swift),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Networks", "PluginKit", "PluginAPI", "Graph", "Kernels", "Weights", "AllocationCounter", "SeededNumbers",
        "TestFolders",
      ],
      exclude: ["Fixtures"], swiftSettings: swift),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "PluginKit", "Networks", "Optimisers", "Graph", "Weights", "Video", "SeededNumbers", "TestFolders",
      ],
      exclude: ["Fixtures"], swiftSettings: swift),
    .testTarget(
      name: "HostTests",
      dependencies: [
        "Host", "PluginAPI", "Graph", "Kernels", "Weights", "Video", "AllocationCounter", "TestFolders",
      ],
      exclude: ["Fixtures"],
      swiftSettings: swift),
    .testTarget(
      name: "stylehostTests", dependencies: ["stylehost", "Weights", "Video", "TestFolders"],
      swiftSettings: swift),
  ]
    + plugins.map {
      .target(
        name: $0, dependencies: ["PluginKit", "Networks", "Optimisers"], path: "Plugins/\($0)", exclude: ["README.md"],
        swiftSettings: swift)
    },
  cLanguageStandard: .c11
)
