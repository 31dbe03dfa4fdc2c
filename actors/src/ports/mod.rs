//! What the actors need from the world.
//!
//! A port method is a whole use case, so that one transaction never spans two ports. Absence is `Option`; an error is
//! one of the three of [`PortError`]. Every port has one contract suite, run on every implementation of it.
//! To add a method: write it here with its meaning, add it to the suite, then to each adapter.

mod accounts;
mod cache;
mod clock;
mod comments;
mod diaries;
mod error;
mod files;
mod jobs;
mod mail;
mod sessions;

pub use accounts::{AccountStore, ProfileChange, PurgeReport};
pub use cache::{Cache, CodeTry, Limit, RetryAfter};
pub use clock::{Clock, Ids};
pub use comments::{CommentStore, OwnOutcome};
pub use diaries::{DiaryStore, Span, Toggled};
pub use error::{BoxError, PortError, PortResult, UniqueKey};
pub use files::{FileStore, FileTask, FileTaskKind, FileTaskStore};
pub use jobs::{JobRecord, JobStore};
pub use mail::{MailError, MailQueue, MailTransport};
pub use sessions::SessionStore;
