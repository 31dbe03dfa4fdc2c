//! The command line: one file per sub-command, each with a `run` that answers the exit code.
//!
//! 0: done. 1: not done, the reason on standard error. 2: not understood.

pub mod admin;
pub mod adopt;
pub mod banner;
pub mod check_config;
mod command;
pub mod health;
pub mod migrate;
pub mod openapi;
mod output;
pub mod serve;
pub mod usage;

pub use command::{Command, UsageError};
