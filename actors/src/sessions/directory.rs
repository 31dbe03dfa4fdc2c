//! Finding the `UserSession` of a person without a mailbox hop.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use papaya::{HashMap, HashSet};

use super::command::PersonCommand;
use super::messages::{
    As, EndSockets, FetchNotification, PushNotification, RereadSessions, StartSession, TellSockets,
};
use super::roster::Sessions;
use super::sockets::PersonWord;
use super::user_session::UserSession;
use crate::accounts::Caller;
use crate::domain::ids::UserId;
use crate::domain::notification::Notification;
use crate::domain::session::SessionId;
use crate::kit::{AskError, Mailbox, Traffic};
use crate::ports::News;
use crate::refusal::{Outcome, Refusal};

/// How long [`Sessions`] is waited for when a person has to be started.
const START_PATIENCE: Duration = Duration::from_secs(5);

/// A passivation can cross with a command; then the person is started again, which cannot happen often in a row.
const ATTEMPTS: usize = 3;

/// Who is active on this node. Read by every handler, written by [`Sessions`] alone.
#[derive(Default)]
pub struct SessionDirectory {
    people: HashMap<UserId, Arc<Mailbox<UserSession>>>,
    /// Sessions that have sockets on this node.
    attached: HashSet<(SessionId, UserId)>,
    roster: OnceLock<Mailbox<Sessions>>,
}

impl SessionDirectory {
    /// Does `command` for `caller`.
    pub async fn ask<C: PersonCommand>(&self, caller: Caller, command: C) -> Outcome<C::Reply> {
        let mut message = As { caller, command };
        for _ in 0..ATTEMPTS {
            let mailbox = self.find_or_start(message.caller.user).await?;
            match mailbox.ask_or_return(message, C::PATIENCE).await {
                Ok(reply) => return reply,
                Err((AskError::Closed, Some(back))) => message = back,
                Err((error, _)) => return Err(error.into()),
            }
        }
        Err(Refusal::Busy)
    }

    async fn find_or_start(&self, user: UserId) -> Outcome<Arc<Mailbox<UserSession>>> {
        if let Some(mailbox) = self.find(user) {
            return Ok(mailbox);
        }
        let roster = self.roster.get().ok_or(Refusal::Unavailable)?;
        Ok(roster.ask(StartSession(user), START_PATIENCE).await?)
    }

    /// Shows a stored notification to its recipient, if they are active on this node. It may get lost on the way: their
    /// list has it.
    pub fn notify(&self, notification: Arc<Notification>) {
        if let Some(mailbox) = self.find(notification.recipient)
            && let Err(error) = mailbox.tell(PushNotification(notification))
        {
            tracing::debug!(%error, "a session did not take a notification");
        }
    }

    /// Tells the sockets of a person, if they are active on this node. A full mailbox is logged, because nobody waits for the
    /// answer.
    pub fn tell_person(&self, user: UserId, word: PersonWord) {
        if let Some(mailbox) = self.find(user)
            && let Err(error) = mailbox.tell(TellSockets(word))
        {
            tracing::warn!(%error, "a busy person's sockets were not told");
        }
    }

    /// Another node says something. Whoever is too busy to hear it finds out by the rows.
    pub fn hear(&self, news: &News) {
        let told = match news {
            News::SessionsEnded(user) => self.find(*user).map(|person| person.tell(RereadSessions)),
            News::Notified { recipient, id } => {
                self.find(*recipient).map(|person| person.tell(FetchNotification(*id)))
            }
            // These are in no row.
            News::Kicked(user) => {
                self.tell_person(*user, PersonWord::Kicked);
                None
            }
            News::CloudLost(user) => {
                self.tell_person(*user, PersonWord::CloudLost);
                None
            }
            // Sessions that have ended are found by their rows.
            News::Logged { .. }
            | News::Banned(_)
            | News::RoomsClosed
            | News::Present { .. }
            | News::NodeIs(_)
            | News::Recovered(_)
            | News::Missed => None,
        };
        if let Some(Err(error)) = told {
            tracing::debug!(%error, "a session did not take what another node says");
        }
    }

    pub(super) fn attach_session(&self, session: SessionId, user: UserId) {
        self.attached.pin().insert((session, user));
    }

    pub(super) fn detach_session(&self, session: SessionId, user: UserId) {
        self.attached.pin().remove(&(session, user));
    }

    pub(super) fn attached_sessions(&self) -> Vec<(SessionId, UserId)> {
        self.attached.pin().iter().cloned().collect()
    }

    /// A session that has sockets here has ended. It stays attached until they are ended, so that a busy person is told
    /// again.
    pub(super) fn end_session(&self, session: SessionId, user: UserId) {
        match self.find(user) {
            Some(person) => {
                let _ = person.tell(EndSockets(session));
            }
            None => self.detach_session(session, user),
        }
    }

    /// The living `UserSession` of a person.
    pub(super) fn find(&self, user: UserId) -> Option<Arc<Mailbox<UserSession>>> {
        self.people.pin().get(&user).filter(|mailbox| mailbox.is_alive()).cloned()
    }

    /// Says who keeps the directory; once, when the system is wired.
    pub(super) fn attach(&self, roster: Mailbox<Sessions>) {
        // A second roster would be a wiring defect; the first one stays.
        let _ = self.roster.set(roster);
    }

    pub(super) fn insert(&self, user: UserId, mailbox: Arc<Mailbox<UserSession>>) {
        self.people.pin().insert(user, mailbox);
    }

    pub(super) fn remove(&self, user: UserId) -> Option<Arc<Mailbox<UserSession>>> {
        self.people.pin().remove(&user).cloned()
    }

    /// What went through the mailbox of each person who is active on this node.
    pub fn traffic(&self) -> Vec<(UserId, Traffic)> {
        self.people.pin().iter().map(|(user, mailbox)| (*user, mailbox.traffic())).collect()
    }

    /// People active on this node.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody is.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Tells `Sessions` something; a full mailbox is logged, because nobody waits for the answer.
    pub fn tell_roster<M>(&self, message: M)
    where
        M: actix::Message + Send + 'static,
        M::Result: Send,
        Sessions: actix::Handler<crate::kit::Envelope<M>>,
    {
        if let Some(roster) = self.roster.get()
            && let Err(error) = roster.tell(message)
        {
            tracing::warn!(%error, "Sessions did not take a message");
        }
    }
}
