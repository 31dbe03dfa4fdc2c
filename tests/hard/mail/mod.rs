//! Mail over real SMTP: what arrives, and what becomes of what does not.

mod service;
mod sink;
mod transport;
