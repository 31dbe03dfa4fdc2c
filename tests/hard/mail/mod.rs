//! Mail over real SMTP: what arrives, and what becomes of what does not.

mod service;
pub(crate) mod sink;
mod transport;
