//! NINE Cloud.

pub mod cli;
pub mod data_dir;
pub mod open_files;
pub mod server;
pub mod settings;
pub mod telemetry;
