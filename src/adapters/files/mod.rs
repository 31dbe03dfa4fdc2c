//! Where images are kept.

mod disk;
mod s3;
#[cfg(test)]
mod tests;

pub use disk::DiskFileStore;
pub use s3::{S3FileStore, S3Options};
