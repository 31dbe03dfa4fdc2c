//! Outside backends behind the ports; one folder each.

pub mod files;
pub mod mail;
