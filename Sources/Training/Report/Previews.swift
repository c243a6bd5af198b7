// What shows how networks come along that learn.

/// Pictures that networks make at every checkpoint.
protocol Previews: AnyObject {
  /// What they are made of, and how many there are.
  var gallery: Gallery { get }

  /// Adds a row with these numbers to the state.
  func paint(_ numbers: LearntNumbers, into state: inout TrainingState) throws(TrainingError)
}
