//! Where images are kept.

mod disk;
#[cfg(test)]
mod tests;

pub use disk::DiskFileStore;
