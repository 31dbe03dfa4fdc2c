//! Actors.

pub mod counsel;
