//! NINE Cloud.

pub mod realtime;
