//! The pipeline as its callers see it.

mod admission;
mod fakes;
mod inspecting;
mod moving;
mod pictures;
mod transcoding;
