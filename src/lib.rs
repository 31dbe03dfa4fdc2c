//! NINE Cloud.
