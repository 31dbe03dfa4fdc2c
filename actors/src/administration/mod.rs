//! What administrators do beside the chat's own moderation, and the record of all of it.
//!
//! Plain code: a deed is written down, done by the actors whose it is, and its outcome written down.

mod office;

pub use office::{Office, OfficeActors, OfficePorts};
