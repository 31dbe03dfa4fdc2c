//! What the actors need from the world, made of real backends: one folder each.

pub mod files;
