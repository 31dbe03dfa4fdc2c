//! What is said between the directory, [`super::Sessions`] and [`super::UserSession`].

use std::sync::Arc;

use actix::Message;

use super::command::PersonCommand;
use super::sockets::PersonWord;
use super::user_session::UserSession;
use crate::accounts::Caller;
use crate::domain::ids::{NotificationId, UserId};
use crate::domain::notification::Notification;
use crate::domain::session::SessionId;
use crate::kit::Mailbox;
use crate::refusal::Outcome;

/// A command with the caller it is done for. Sent by the directory; answered when it is done or refused.
pub struct As<C> {
    /// Who.
    pub caller: Caller,
    /// What.
    pub command: C,
}

impl<C: PersonCommand> Message for As<C> {
    type Result = Outcome<C::Reply>;
}

/// Finds the `UserSession` of a person or starts one. Sent by the directory when its look-up found none alive.
#[derive(Debug, Message)]
#[rtype(result = "StartedSession")]
pub struct StartSession(pub UserId);

/// Reply to [`StartSession`].
pub(super) type StartedSession = Arc<Mailbox<UserSession>>;

/// A `UserSession` has had nothing to do for ten minutes. Sent by it.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct SessionIdle(pub UserId);

/// Stop in a while. Sent by `Sessions` once the directory no longer shows the session.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct RetireSession;

/// Tells all sockets of this person. Sent by the directory for an administrator, or another node.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub struct TellSockets(pub PersonWord);

/// Somebody did something that this person is told of. Sent by the directory once it is stored; may get lost.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub struct PushNotification(pub Arc<Notification>);

/// Another node stored something that this person is told of. Sent by the directory.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct FetchNotification(pub NotificationId);

/// Another node has ended sessions of this person: which, their rows say. Sent by the directory.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct RereadSessions;

/// This session of the person has ended, whoever ended it. Sent by `Sessions`, which has looked at its row.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub struct EndSockets(pub SessionId);
