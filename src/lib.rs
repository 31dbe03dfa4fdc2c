//! NINE Cloud.

pub mod adapters;
pub mod http;
