//! What the actors need from the world.
//!
//! A port method is a whole use case, so that one transaction never spans two ports. Absence is `Option`; an error is
//! one of the three of [`PortError`]. Every port has one contract suite, run on every implementation of it.
//! To add a method: write it here with its meaning, add it to the suite, then to each adapter.

mod accounts;
mod audit;
mod cache;
mod chat_log;
mod chat_people;
mod clock;
mod comments;
mod diaries;
mod error;
mod fan_out;
mod files;
mod identities;
mod jobs;
mod mail;
mod notifications;
mod providers;
mod sessions;
mod solutions;

pub use accounts::{AccountStore, ProfileChange, PurgeReport};
pub use audit::AuditLog;
pub use cache::{Cache, CodeTry, Limit, Recovery, RetryAfter};
pub use chat_log::{ChatLog, Draft, Entry, Fact, Found, NewMessage, Placed};
pub use chat_people::{BanSubject, ChatPeople, Report, ReportMark, Reported, Stage};
pub use clock::{Clock, Ids};
pub use comments::{Added, CommentStore, OwnOutcome};
pub use diaries::{DiaryStore, Span, Toggled};
pub use error::{BoxError, PortError, PortResult, UniqueKey};
pub use fan_out::{FanOut, News, NodeState};
pub use files::{Elsewhere, FileStore, FileTask, FileTaskKind, FileTaskStore};
pub use identities::IdentityStore;
pub use jobs::{JobRecord, JobStore};
pub use mail::{MailError, MailQueue, MailTransport};
pub use notifications::{NotificationStore, Notified};
pub use providers::{ProviderError, Providers, SignInProvider};
pub use sessions::SessionStore;
pub use solutions::{CounselModel, ModelError, ModelRequest, SolutionStore};
