// What a translation by two classifiers is judged by.

/// Terms of the loss, in their order, each under the name that its weight has. Each is that of one picture; the loss of a batch is the mean of its
/// pictures'.
public enum SFITTerm: String, CaseIterable, Sendable {
  /// How far what the source model says of the translation is from what the target model says of the picture: the divergence of Kullback and Leibler,
  /// divided by the classes (knowledge distillation: Hinton et al. 2015).
  case kd
  /// How differently the planes of the last map go together, whose Gram matrices are compared row by row, each brought to length 1.
  case relationship
  /// The mean difference between the translation and the picture.
  case identity
  /// How much neighbouring pixels of the translation differ: means of squares to the right and downwards.
  case tv
  /// In place of the relationship: the mean squared difference of the Gram matrices of the last map, divided by its elements.
  case style
}
