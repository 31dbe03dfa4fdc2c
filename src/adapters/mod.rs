//! What remembers and delivers: one folder per backend, each behind a port of [`nine_cloud_actors::ports`].

pub mod cache;
pub mod files;
pub mod host;
pub mod mail;
pub mod sql;
