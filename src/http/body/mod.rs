//! Reads bodies within bounds: of size, of silence, of time.
//!
//! Whatever is wrong with a body, the rest of it is taken off the wire (up to a bound) before the answer: a client that
//! is still sending when its connection is closed never gets to read why.

mod multipart;
mod read;
#[cfg(test)]
mod tests;
mod watched;

pub use multipart::{Form, FormError, read_form};
pub use read::{BodyError, Patience, read_capped};
