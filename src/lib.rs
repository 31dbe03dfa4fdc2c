//! NINE Cloud: the server crate.

pub mod adapters;
pub mod http;
