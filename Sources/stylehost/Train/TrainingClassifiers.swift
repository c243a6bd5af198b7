// TrainingClassifiers.swift - the options of the classifiers of SFIT.

import ArgumentParser

/// Two classifiers, and what they are measured on.
struct TrainingClassifiers: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The classifier of the domain to translate to, in one file or several.", valueName: "file"))
  var source: [String]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The classifier of the pictures' domain, in one file or several.", valueName: "file"))
  var target: [String]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What both classifiers share: the last layer, where it is in none of their own files.", valueName: "file"))
  var head: [String] = []
  @Option(help: ArgumentHelp("Pictures whose classes are known, a folder for each class.", valueName: "folder"))
  var test: String?
}
