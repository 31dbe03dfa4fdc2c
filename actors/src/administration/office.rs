//! The one way to a deed of an administrator: recorded before and after.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::chat::{Oid, RoomName};
use crate::domain::deed::{Action, Actor, Deed, DeedRecord};
use crate::domain::ids::{DeedId, MailId, UserId};
use crate::domain::mail::DeadMail;
use crate::domain::seoul::Instant;
use crate::kit::Mailbox;
use crate::mailer::{Mailer, RetryMail};
use crate::ports::{AccountStore, AuditLog, BanSubject, Clock, FanOut, MailQueue, News};
use crate::refusal::{Outcome, Refusal};
use crate::rooms::Moderation;
use crate::scheduler::{DiaryScheduler, RunJob, RunOutcome};
use crate::sessions::{PersonWord, SessionDirectory};

/// How long a job is waited for; then it goes on by itself.
const JOB_PATIENCE: Duration = Duration::from_secs(20);

/// How long an actor with a full mailbox is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Dead letters that are shown.
const LETTERS: u16 = 50;

/// See the module.
pub struct Office {
    /// The name of this node, for the record.
    pub node: String,
    /// What it needs of the world.
    pub ports: OfficePorts,
    /// Who does what it is asked.
    pub actors: OfficeActors,
}

/// What deeds need of the world.
pub struct OfficePorts {
    /// The record.
    pub audit: Arc<dyn AuditLog>,
    /// People.
    pub accounts: Arc<dyn AccountStore>,
    /// Mails.
    pub mails: Arc<dyn MailQueue>,
    /// The other nodes.
    pub fan_out: Arc<dyn FanOut>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// Whose deeds they are.
pub struct OfficeActors {
    /// Jobs.
    pub scheduler: Arc<Mailbox<DiaryScheduler>>,
    /// Mails.
    pub mailer: Arc<Mailbox<Mailer>>,
    /// The chat's moderation.
    pub moderation: Arc<Moderation>,
    /// People who are active here.
    pub sessions: Arc<SessionDirectory>,
}

impl Office {
    /// Does something, between two entries of the record. What cannot be recorded is not done.
    pub async fn record<T>(
        &self,
        by: Actor,
        action: Action,
        subject: impl Into<String>,
        deed: impl Future<Output = Outcome<T>>,
    ) -> Outcome<T> {
        let (at, node) = (self.ports.clock.now(), self.node.clone());
        let entry = Deed { at, by, action, subject: subject.into(), node };
        let id = self.ports.audit.begin(entry).await?;
        let outcome = deed.await;
        let word = match &outcome {
            Ok(_) => "done".to_owned(),
            Err(refusal) => refusal.to_string(),
        };
        // It is done, or refused, whatever becomes of the second entry; without one it reads as not finished.
        if let Err(error) = self.ports.audit.settle(id, &word).await {
            let _ = Refusal::from(error);
        }
        outcome
    }

    /// The latest deeds before `before`, newest first.
    pub async fn deeds(&self, before: Option<DeedId>, limit: u16) -> Outcome<Vec<DeedRecord>> {
        Ok(self.ports.audit.latest(before, limit).await?)
    }

    /// Runs a job on this node now; refused when it fails.
    pub async fn run_job(&self, by: Actor, name: String) -> Outcome<()> {
        let run = async {
            let asked = self.actors.scheduler.ask(RunJob { name: name.clone() }, PATIENCE);
            match tokio::time::timeout(JOB_PATIENCE, asked).await {
                // It goes on, and its row will say how it went.
                Err(_) => Ok(()),
                Ok(answer) => match answer? {
                    RunOutcome::Ran(run) if run.error.is_some() => Err(Refusal::JobFailed),
                    RunOutcome::Ran(_) => Ok(()),
                    RunOutcome::AlreadyRunning => Err(Refusal::JobRunning),
                    RunOutcome::NoSuchJob => Err(Refusal::JobNotFound),
                    RunOutcome::Stopping => Err(Refusal::Unavailable),
                },
            }
        };
        self.record(by, Action::RunJob, name.chars().take(100).collect::<String>(), run).await
    }

    /// The dead letters, newest first.
    pub async fn dead_mails(&self) -> Outcome<Vec<DeadMail>> {
        Ok(self.ports.mails.dead(LETTERS).await?)
    }

    /// Puts a dead letter back into the queue, due now.
    pub async fn retry_mail(&self, by: Actor, mail: MailId) -> Outcome<()> {
        let retry = async { self.actors.mailer.ask(RetryMail(mail), PATIENCE).await? };
        self.record(by, Action::RetryMail, format!("mail {mail}"), retry).await
    }

    /// Takes a chat message back for its author.
    pub async fn hide_message(&self, by: Actor, message: Oid) -> Outcome<()> {
        let deed = self.actors.moderation.delete(message);
        self.record(by, Action::HideMessage, format!("message {message}"), deed).await
    }

    /// Keeps somebody out of the chat. Answers until when.
    pub async fn ban(
        &self,
        by: Actor,
        subject: BanSubject,
        until: Instant,
        reason: &str,
    ) -> Outcome<Instant> {
        let deed = self.actors.moderation.ban(subject, until, reason);
        self.record(by, Action::Ban, named(subject), deed).await
    }

    /// Lets somebody into the chat again.
    pub async fn lift_ban(&self, by: Actor, subject: BanSubject) -> Outcome<()> {
        self.record(by, Action::LiftBan, named(subject), self.actors.moderation.lift_ban(subject)).await
    }

    /// Closes a chat room until it is reopened.
    pub async fn close_room(&self, by: Actor, room: RoomName) -> Outcome<()> {
        let deed = self.actors.moderation.close_room(room);
        self.record(by, Action::CloseRoom, format!("room {room}"), deed).await
    }

    /// Opens a closed chat room again.
    pub async fn reopen_room(&self, by: Actor, room: RoomName) -> Outcome<()> {
        let deed = self.actors.moderation.reopen_room(room);
        self.record(by, Action::ReopenRoom, format!("room {room}"), deed).await
    }

    /// Keeps a person out of the service: their sessions have ended when this returns, on other nodes within a second.
    pub async fn suspend(&self, by: Actor, user: UserId) -> Outcome<()> {
        let deed = async {
            if by == Actor::Person(user) {
                return Err(Refusal::NotYourself);
            }
            if !self.ports.accounts.suspend(user, self.ports.clock.now()).await? {
                return Err(Refusal::AccountNotFound);
            }
            self.ports.fan_out.publish(News::SessionsEnded(user));
            // Nobody of theirs may stay: their sessions are over, whichever it was.
            self.actors.sessions.tell_person(user, PersonWord::SessionEnded);
            Ok(())
        };
        self.record(by, Action::SuspendAccount, format!("user {user}"), deed).await
    }

    /// Lets a suspended person in again.
    pub async fn reinstate(&self, by: Actor, user: UserId) -> Outcome<()> {
        let deed = async {
            let found = self.ports.accounts.reinstate(user, self.ports.clock.now()).await?;
            if found { Ok(()) } else { Err(Refusal::AccountNotFound) }
        };
        self.record(by, Action::ReinstateAccount, format!("user {user}"), deed).await
    }

    /// Closes the sockets of a person, on all nodes; they may come back.
    pub async fn kick(&self, by: Actor, user: UserId) -> Outcome<()> {
        let deed = async {
            if self.ports.accounts.find(user).await?.is_none() {
                return Err(Refusal::AccountNotFound);
            }
            self.ports.fan_out.publish(News::Kicked(user));
            self.actors.sessions.tell_person(user, PersonWord::Kicked);
            Ok(())
        };
        self.record(by, Action::KickSockets, format!("user {user}"), deed).await
    }
}

/// Of an address only that it was one: it is not kept in the record for ever.
fn named(subject: BanSubject) -> String {
    match subject {
        BanSubject::Person(user) => format!("user {user}"),
        BanSubject::Address(_) => "an address".to_owned(),
    }
}
