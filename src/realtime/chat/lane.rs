//! What a client asked for and has no answer to yet. One thing after another, in the order of its events, so that answers
//! come in that order too; only messages to one room may be under way together, because the room keeps their order.

use std::collections::VecDeque;

use nine_cloud_actors::domain::chat::{LogKey, Oid};

use super::command::{Command, Send};
use crate::realtime::socket::Ack;

/// What may wait. Nobody who waits for answers comes near it.
const MOST_WAITING: usize = 4096;

/// Messages of one client under way.
const MOST_SENDING: usize = 256;

/// See the module.
#[derive(Default)]
pub(super) struct Lane {
    waiting: VecDeque<(Command, Option<Ack>)>,
    /// Messages, and deletions, whose receipts are to come.
    sending: VecDeque<Sending>,
    room: Option<LogKey>,
    /// Anything else.
    pub(super) busy: Option<Busy>,
}

/// A message under way.
pub(super) struct Sending {
    pub(super) ack: Option<Ack>,
    pub(super) kind: Kind,
}

/// How a receipt is told to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// To the existing client.
    Plain,
    /// With id, place and time.
    Full,
    /// Only that it is done.
    Deletion,
}

/// What keeps everything else waiting.
pub(super) enum Busy {
    /// The room is asked whether, or the record is written.
    Joining {
        ack: Option<Ack>,
        room: Option<LogKey>,
        answer: String,
    },
    Leaving {
        ack: Option<Ack>,
        room: LogKey,
    },
    LoggingIn {
        ack: Option<Ack>,
        id: Oid,
        answer: Option<String>,
    },
    /// A name is found for somebody who wants to speak.
    Naming {
        send: Send,
        ack: Option<Ack>,
    },
    Deleting {
        ack: Option<Ack>,
    },
    Hiding {
        ack: Option<Ack>,
    },
    /// Somebody gets the name of a new day.
    Renewing,
    /// An acknowledgement is being made.
    Asking {
        ack: Option<Ack>,
    },
}

impl Lane {
    /// `false`: there is too much already.
    pub(super) fn push(&mut self, command: Command, ack: Option<Ack>) -> bool {
        if self.waiting.len() >= MOST_WAITING {
            return false;
        }
        self.waiting.push_back((command, ack));
        true
    }

    /// The next thing to do, if it may be begun now. `room_of` says where a message goes to.
    pub(super) fn next(
        &mut self,
        room_of: impl Fn(&Send) -> Option<LogKey>,
    ) -> Option<(Command, Option<Ack>)> {
        if self.busy.is_some() {
            return None;
        }
        let may_begin = match &self.waiting.front()?.0 {
            _ if self.sending.is_empty() => true,
            Command::Send(send) => self.sending.len() < MOST_SENDING && room_of(send) == self.room,
            _ => false,
        };
        if may_begin { self.waiting.pop_front() } else { None }
    }

    pub(super) fn sent(&mut self, room: LogKey, ack: Option<Ack>, kind: Kind) {
        self.room = Some(room);
        self.sending.push_back(Sending { ack, kind });
    }

    /// What was sent to this room, of which no receipt will come.
    pub(super) fn abandon(&mut self, room: LogKey) -> VecDeque<Sending> {
        if self.room == Some(room) { std::mem::take(&mut self.sending) } else { VecDeque::new() }
    }

    /// Whose receipt from this room is next.
    pub(super) fn receipt(&mut self, room: LogKey) -> Option<Sending> {
        if self.room == Some(room) { self.sending.pop_front() } else { None }
    }
}
