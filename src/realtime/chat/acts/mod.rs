//! What a socket does for its client, one command after another.

mod join;
mod names;
mod speak;

use std::net::IpAddr;
use std::sync::Arc;

use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::rooms::{Author, ChatRefusal, Expulsion, GuestName, LeaveRoom, SetTyping, Word};

use super::answers::{self, Late};
use super::command::Command;
use super::entrance::Identity;
use super::inside::{Inside, Stage};
use super::lane::{Busy, Kind, Sending};
use super::refusals;
use super::shared::{Shared, later};
use super::socket::{ChatSocket, Note, refusal_args};
use super::switchboard::Board;
use super::wire;
use crate::realtime::socket::{Ack, Args, Io};
use names::login_answer;
use speak::give_receipt;

/// Done, and there is nothing more to say.
const DONE: &str = "{\"ok\":true}";

type Wire<'b, 'c> = Io<'b, 'c, ChatSocket>;

impl Inside {
    /// Notes a wish; `false`: too many.
    pub(super) fn ask(&mut self, command: Command, ack: Option<Ack>) -> bool {
        self.lane.push(command, ack)
    }

    /// Does whatever may be done now.
    pub(super) fn go_on(&mut self, chat: &Arc<Shared>, address: IpAddr, io: &mut Wire<'_, '_>) {
        while matches!(self.stage, Stage::In) {
            let today = chat.lobby.today();
            let Some((command, ack)) = self.lane.next(|send| LogKey::read(&send.room, today).ok()) else {
                return;
            };
            self.act(command, ack, chat, address, io);
        }
    }

    fn act(
        &mut self,
        command: Command,
        ack: Option<Ack>,
        chat: &Arc<Shared>,
        address: IpAddr,
        io: &mut Wire<'_, '_>,
    ) {
        let known = |inside: &Self, room: &str| {
            let key = LogKey::read(room, chat.lobby.today()).map_err(|_| ChatRefusal::NoSuchRoom)?;
            let is_in = inside.rooms.iter().any(|room| room.key == key);
            if is_in { Ok(key) } else { Err(why_not_in(key, chat)) }
        };
        match command {
            Command::Send(send) => {
                let pace = self.messages.take(chat.pace.messages, io.now());
                let allowed = pace.map_err(|retry_after| ChatRefusal::SlowDown { retry_after });
                match allowed.and_then(|()| known(self, &send.room)) {
                    Ok(key) => self.send(key, send, ack, chat, io),
                    Err(refusal) => refuse(ack, refusal, send.is_plain, chat, io),
                }
            }
            Command::LogIn(name) => self.log_in(name, ack, chat, io),
            Command::Join { room } => self.ask_to_join(room, ack, chat, address, io),
            Command::Leave { room } => match known(self, &room) {
                Ok(key) => {
                    let leave = LeaveRoom { socket: self.home.key, is_answered: true };
                    if self.room(key).is_some_and(|room| room.room.tell(leave).is_ok()) {
                        self.lane.busy = Some(Busy::Leaving { ack, room: key });
                    } else {
                        answer(ack, &refusal_args(ChatRefusal::Unavailable), io);
                    }
                }
                Err(refusal) => answer(ack, &refusal_args(refusal), io),
            },
            Command::Typing { room, is_on } => {
                if let Ok(key) = known(self, &room)
                    && let Some(room) = self.rooms.iter().find(|room| room.key == key)
                {
                    // Nobody misses it in a room that is too busy.
                    let _ = room.room.tell(SetTyping { socket: self.home.key, is_on });
                }
                answer(ack, &Args::json(DONE), io);
            }
            Command::History { room, before, limit } => {
                let hidden = known(self, &room).ok().and_then(|key| Some(self.room(key)?.hidden.clone()));
                let (chat, who) = (Arc::clone(chat), self.who.clone());
                self.make_answer(ack, io, async move {
                    answers::history(&chat, &who, &room, before, limit, hidden.unwrap_or_default()).await
                });
            }
            Command::Report { message, reason } => {
                let (chat, who, name) = (Arc::clone(chat), self.who.clone(), self.guest_id());
                self.make_answer(ack, io, async move {
                    answers::report(&chat, &who, name, message, reason).await
                });
            }
            Command::Hide { alias, room } => {
                let viewer = known(self, &room).map(|key| {
                    (key, self.room(key).and_then(|room| room.author.as_ref()).map(|author| author.id))
                });
                match viewer {
                    Ok((key, Some(viewer))) => {
                        self.lane.busy = Some(Busy::Hiding { ack });
                        let chat = Arc::clone(chat);
                        self.ask_late(io, async move {
                            Late::Hidden(answers::hide(&chat, key, viewer, &alias).await)
                        });
                    }
                    Ok((_, None)) => answer(ack, &refusal_args(ChatRefusal::NotInRoom), io),
                    Err(refusal) => answer(ack, &refusal_args(refusal), io),
                }
            }
            Command::Delete { message } => {
                self.lane.busy = Some(Busy::Deleting { ack });
                let log = Arc::clone(&chat.log);
                self.ask_late(io, async move { Late::Found(log.find(message).await.map_err(Into::into)) });
            }
            Command::RenewName => {
                self.lane.busy = Some(Busy::Renewing);
                let (chat, who) = (Arc::clone(chat), self.who.clone());
                self.ask_late(io, async move {
                    Late::Admitted(answers::admit(&chat, &who, None, "plaza", address).await)
                });
            }
            Command::Refuse { refusal, is_plain } => refuse(ack, refusal, is_plain, chat, io),
        }
    }

    fn ask_late(&self, io: &mut Wire<'_, '_>, work: impl Future<Output = Late> + 'static) {
        let life = self.life;
        later(io.mailbox(), async move { Note::Late(life, Box::new(work.await)) });
    }

    fn make_answer(
        &mut self,
        ack: Option<Ack>,
        io: &mut Wire<'_, '_>,
        work: impl Future<Output = Result<String, ChatRefusal>> + 'static,
    ) {
        self.lane.busy = Some(Busy::Asking { ack });
        self.ask_late(io, async move { Late::Ready(work.await) });
    }

    /// The answer to what takes time has come.
    pub(super) fn answered(&mut self, late: Late, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        match late {
            Late::Entered(entrance) => self.entered(entrance, chat, io),
            Late::Kept => self.kept(chat, io),
            Late::Admitted(admitted) => self.admitted(admitted, io),
            Late::Named(named) => self.named(named, chat, io),
            Late::Found(found) => self.found(found, io),
            Late::Hidden(hidden) => {
                let Some(Busy::Hiding { ack }) = self.lane.busy.take() else { return };
                let args = hidden.map(|(key, author)| {
                    let home = self.home;
                    if let Some(room) = self.room(key) {
                        room.hidden.push(author);
                    }
                    if let Some(board) = Board::here() {
                        board.hide(home.key, key, author);
                    }
                    Args::json(DONE)
                });
                answer(ack, &args.unwrap_or_else(refusal_args), io);
            }
            Late::Ready(ready) => {
                let Some(Busy::Asking { ack }) = self.lane.busy.take() else { return };
                answer(ack, &ready.map_or_else(refusal_args, |json| Args::json(&json)), io);
            }
        }
    }

    /// The record is durable: whoever waited for that gets their answer.
    fn kept(&mut self, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        if matches!(self.stage, Stage::Keeping { .. }) {
            return self.let_in(chat, io);
        }
        match self.lane.busy.take() {
            // Put out again while the record was written.
            Some(Busy::Joining { ack, room: Some(room), .. }) if self.room(room).is_none() => {
                answer(ack, &refusal_args(why_not_in(room, chat)), io);
            }
            Some(Busy::Joining { ack, room: Some(room), answer: json }) => {
                answer(ack, &Args::json(&json), io);
                self.is_ready_for(room, io);
            }
            Some(Busy::LoggingIn { ack, answer: Some(json), .. }) => answer(ack, &Args::json(&json), io),
            Some(Busy::Leaving { ack, .. }) => answer(ack, &Args::json(DONE), io),
            other => self.lane.busy = other,
        }
    }

    /// What a room was asked is done.
    pub(super) fn done(&mut self, word: Word, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        match word {
            Word::Sent(room, receipt) => {
                if let Some(sending) = self.lane.receipt(room) {
                    give_receipt(sending, receipt, chat, io);
                }
            }
            Word::Left(key) => {
                self.rooms.retain(|room| room.key != key);
                self.keep(chat, io);
            }
            Word::LoggedIn(name) => {
                let Some(Busy::LoggingIn { id, answer, .. }) = &mut self.lane.busy else { return };
                let (id, author) = (*id, Author { id: *id, name: name.clone() });
                *answer = Some(login_answer(id, name.as_str()));
                let known = GuestName { id, name: name.as_str().to_owned(), is_announced: true };
                self.who = Identity::Guest(Some(known));
                self.know_as(author);
                self.keep(chat, io);
            }
            Word::Seated(_) | Word::Handed(_) | Word::Expelled(..) | Word::Refused(..) => {}
        }
    }

    /// A room that put the socket out has no answers for it any more.
    pub(super) fn put_out(&mut self, key: LogKey, why: Expulsion, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        let refusal = if why == Expulsion::Closed { ChatRefusal::Closed } else { ChatRefusal::NotInRoom };
        for Sending { ack, kind } in self.lane.abandon(key) {
            refuse(ack, refusal, kind == Kind::Plain, chat, io);
        }
        match self.lane.busy.take() {
            Some(Busy::Leaving { ack, room }) if room == key => answer(ack, &Args::json(DONE), io),
            // The room does not answer those who are not in it.
            Some(Busy::LoggingIn { ack, answer: None, .. }) if key == LogKey::Plaza => {
                refuse(ack, refusal, true, chat, io);
            }
            other => self.lane.busy = other,
        }
    }

    /// What was under way is not to be.
    pub(super) fn lane_refused(&mut self, refusal: ChatRefusal, io: &mut Wire<'_, '_>) {
        match self.lane.busy.take() {
            Some(Busy::Joining { ack, .. } | Busy::Leaving { ack, .. } | Busy::LoggingIn { ack, .. }) => {
                answer(ack, &refusal_args(refusal), io);
            }
            other => self.lane.busy = other,
        }
    }
}

fn answer(ack: Option<Ack>, args: &Args, io: &mut Wire<'_, '_>) {
    if let Some(ack) = ack {
        io.ack(&ack, args);
    }
}

/// The existing page shows no acknowledgement: it is told in words, alone.
fn refuse(ack: Option<Ack>, refusal: ChatRefusal, is_plain: bool, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
    answer(ack, &refusal_args(refusal), io);
    if is_plain {
        tell_in_words(refusal, chat, io);
    }
}

pub(super) fn tell_in_words(refusal: ChatRefusal, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
    let (_, words) = refusals::words(refusal);
    let head = wire::announcement(LogKey::Plaza, chat.fresh_id(), words, chat.clock.now());
    io.outlet().text(&[&head, "]"]);
}

/// Of a room that the socket is not in.
fn why_not_in(room: LogKey, chat: &Shared) -> ChatRefusal {
    if chat.rooms.is_closed(room.name()) { ChatRefusal::Closed } else { ChatRefusal::NotInRoom }
}
