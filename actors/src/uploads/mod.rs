//! The way of a picture from a request into the file store.
//!
//! ```text
//!  admit ──▶ Intake     a place, before a byte of the body is read ──▶ Ticket
//!  process ─▶ Inspect    which format, how many pixels: from the first bytes, decoding nothing
//!          └▶ Transcode  decoded and written anew, on the blocking pool, few at a time ──▶ NewFile
//!             (the caller commits the `NewFile` with the row that names it)
//!  wake ───▶ Store      moves committed files into the file store, whenever that answers
//!  open ───▶ Store      finds a file, wherever it is by now
//! ```
//!
//! The [`Ticket`] travels with the picture through the stages, so that the number of pictures in work is bounded even
//! when their senders have hung up. Only [`UploadPipeline`] is of use outside.

mod alive;
mod inspect;
mod intake;
pub mod messages;
mod mover;
mod pipeline;
mod places;
mod progress;
mod store;
#[cfg(test)]
mod tests;
mod ticket;
mod transcode;
mod webp;

pub use inspect::{MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS};
pub use messages::OpenedFile;
pub use pipeline::{UploadDeps, UploadPipeline};
pub use progress::{Progress, Stage};
pub use ticket::{RawImage, Ticket, UploadLoad};
pub use transcode::Purpose;
