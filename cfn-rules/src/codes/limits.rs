//! The limits of the work on a template.

rules! {
    /// Work on a template is bounded: one that is built to be slow, or in which conditions, patterns or loops multiply, is
    /// not checked in full. The finding names the limit; what was found until then is reported. The limits, listed in
    /// `docs/validator.md`, are far from what an honest template needs.
    ///
    /// ## Mistake
    ///
    /// A template whose conditions and alternatives multiply to millions of cases.
    ///
    /// ## Fix
    ///
    /// Split the template.
    warning AL0401 "template too large or too intricate to be checked in full";
}
