//! What remembers and delivers: one folder per backend, each behind a port of [`nine_cloud_actors::ports`].

pub mod adoption;
pub mod ai;
pub mod cache;
pub mod counted;
pub mod fan_out;
pub mod files;
pub mod host;
pub mod mail;
pub mod mongo;
mod outbound;
pub mod redis;
mod runtime;
pub mod social;
pub mod sql;
