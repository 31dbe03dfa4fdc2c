//! How far a picture is, for whoever waits for it.

use super::Purpose;

/// What is being done with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its format and size are read.
    Inspecting,
    /// It is decoded and written anew.
    Transcoding,
    /// It is committed with the row that names it.
    Storing,
    /// It can be seen.
    Done,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Inspecting, Self::Transcoding, Self::Storing, Self::Done];

    /// Its name, for programs.
    pub fn as_wire(self) -> &'static str {
        match self {
            Self::Inspecting => "inspecting",
            Self::Transcoding => "transcoding",
            Self::Storing => "storing",
            Self::Done => "done",
        }
    }
}

/// A picture of a person, and how far it is. One that is refused gets no further; the answer to its request says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is for.
    pub purpose: Purpose,
    /// How far it is.
    pub stage: Stage,
}
