//! Counsel.

pub mod safety;
