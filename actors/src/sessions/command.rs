//! What a use case of a signed-in person looks like.

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::accounts::{Caller, Passwords};
use crate::diaries::CommentReads;
use crate::domain::account::Account;
use crate::ports::{AccountStore, Cache, Clock, CommentStore, DiaryStore, Ids, SessionStore};
use crate::refusal::Outcome;
use crate::uploads::UploadPipeline;

use super::user_session::State;

/// How a command gets along with the others of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// May overlap with anything.
    Read,
    /// One after another, in the order of arrival.
    Write,
}

/// A use case of a signed-in person.
pub trait PersonCommand: Send + 'static {
    /// What it answers when it is not refused.
    type Reply: Send + 'static;

    /// Read or write.
    const LANE: Lane;

    /// How long a full mailbox is waited for before 503.
    const PATIENCE: Duration = Duration::from_secs(1);

    /// Whether the limit of calls per person counts it.
    const LIMITED: bool = true;

    /// Decides and does it.
    fn run(self, person: Person) -> impl Future<Output = Outcome<Self::Reply>> + 'static;
}

/// What the use cases of a person work with.
pub struct Ports {
    /// People.
    pub accounts: Arc<dyn AccountStore>,
    /// Their sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Diaries and likes.
    pub diaries: Arc<dyn DiaryStore>,
    /// Comments and replies.
    pub comments: Arc<dyn CommentStore>,
    /// View marks and limits.
    pub cache: Arc<dyn Cache>,
    /// Images.
    pub uploads: Arc<UploadPipeline>,
    /// Password hashing.
    pub passwords: Arc<Passwords>,
    /// Comment lists being read right now (D-H1).
    pub comment_reads: Arc<CommentReads>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
}

/// A caller whose session was found alive less than a second ago.
pub struct Person {
    /// The person, with what `/myInfo` shows.
    pub account: Account,
    /// Who called, through which session.
    pub caller: Caller,
    /// What the use case works with.
    pub ports: Arc<Ports>,
    pub(super) state: Rc<State>,
}

impl Person {
    /// Lets the next call read the session rows again: after a change of name, picture, password or sessions.
    pub fn forget_identity(&self) {
        self.state.forget_identity();
    }
}
