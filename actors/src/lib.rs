//! Actors.
pub mod counsel;
