//! What is wrong with a setting, in one line a person can act on.

use std::fmt;

/// One wrong or missing variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable, or the file and line when the file itself cannot be read.
    pub variable: String,
    /// What stood there; never the value of a secret.
    pub found: String,
    /// What would have been right.
    pub expected: String,
}

impl Problem {
    /// A problem of `variable`.
    pub fn new(variable: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { variable: variable.into(), found: found.into(), expected: expected.into() }
    }

    /// `variable` is not set, and has to be.
    pub fn missing(variable: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::new(variable, "nothing", expected)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}; expected {}", self.variable, self.found, self.expected)
    }
}
