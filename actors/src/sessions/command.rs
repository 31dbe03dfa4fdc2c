//! What a use case of a signed-in person looks like.

use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::accounts::{Caller, Passwords};
use crate::counsel::Counsel;
use crate::diaries::CommentReads;
use crate::domain::account::Account;
use crate::domain::file::NewFile;
use crate::domain::notification::Notification;
use crate::kit::Mailbox;
use crate::ports::{
    AccountStore, Cache, Clock, CommentStore, DiaryStore, FanOut, Ids, News, NotificationStore, SessionStore,
    SolutionStore,
};
use crate::refusal::Outcome;
use crate::rooms::Lobby;
use crate::uploads::{Progress, Purpose, RawImage, Stage, UploadPipeline};

use super::directory::SessionDirectory;
use super::sockets::{PersonWord, end_orphans};
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

    /// How long a full mailbox, and then a place among the commands in hand, is waited for before 503.
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
    /// What people are told of.
    pub notifications: Arc<dyn NotificationStore>,
    /// Solutions.
    pub solutions: Arc<dyn SolutionStore>,
    /// The way to the model behind them.
    pub counsel: Arc<Mailbox<Counsel>>,
    /// View marks and limits.
    pub cache: Arc<dyn Cache>,
    /// Images.
    pub uploads: Arc<UploadPipeline>,
    /// Password hashing.
    pub passwords: Arc<Passwords>,
    /// Comment lists being read right now (D-H1).
    pub comment_reads: Arc<CommentReads>,
    /// Who may be in which chat room.
    pub lobby: Arc<Lobby>,
    /// The other nodes.
    pub fan_out: Arc<dyn FanOut>,
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
    pub(super) directory: Weak<SessionDirectory>,
}

impl Person {
    /// Lets the next call read the session rows again: after a change of name, picture, password or sessions. Sockets of
    /// sessions that have ended are ended, too.
    pub fn forget_identity(&self) {
        self.state.forget_identity();
        if !self.state.sockets.is_empty() {
            let (state, ports) = (Rc::clone(&self.state), Arc::clone(&self.ports));
            actix::spawn(end_orphans(state, self.account.id, ports));
        }
    }

    /// Sessions of the person have ended: nobody believes them any more, here, and on other nodes when they hear of it.
    pub fn sessions_ended(&self) {
        self.forget_identity();
        self.ports.fan_out.publish(News::SessionsEnded(self.account.id));
    }

    /// Tells every socket of the person.
    fn tell_sockets(&self, word: &PersonWord) {
        self.state.sockets.tell_all(word);
    }

    /// The diary of today is gone: they leave its cloud, on whichever nodes they are there.
    pub fn lose_cloud(&self) {
        self.ports.fan_out.publish(News::CloudLost(self.account.id));
        self.tell_sockets(&PersonWord::CloudLost);
    }

    /// Turns a picture of theirs into a file of ours, and tells their sockets how far it is.
    pub async fn process_picture(&self, raw: RawImage, purpose: Purpose) -> Outcome<NewFile> {
        let on_stage = |stage| self.tell_progress(purpose, stage);
        let new = self.ports.uploads.process(raw.ticket, raw.bytes, purpose, on_stage).await?;
        self.tell_progress(purpose, Stage::Storing);
        Ok(new)
    }

    /// The picture is committed: wakes who moves it, and tells their sockets.
    pub fn picture_is_stored(&self, purpose: Purpose) {
        self.ports.uploads.wake();
        self.tell_progress(purpose, Stage::Done);
    }

    fn tell_progress(&self, purpose: Purpose, stage: Stage) {
        self.ports.uploads.load().begin(stage);
        self.tell_sockets(&PersonWord::Uploading(Progress { purpose, stage }));
    }

    /// Shows a stored notification to its recipient, on whichever nodes they are active.
    pub fn notify(&self, notification: Arc<Notification>) {
        let Notification { id, recipient, .. } = *notification;
        self.ports.fan_out.publish(News::Notified { recipient, id });
        if let Some(directory) = self.directory.upgrade() {
            directory.notify(notification);
        }
    }
}
