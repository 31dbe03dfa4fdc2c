//! What a socket does for its client, one command after another.

use std::net::IpAddr;
use std::sync::Arc;

use nine_cloud_actors::domain::chat::{LogKey, LoginName, Oid, alias_candidates};
use nine_cloud_actors::domain::seoul;
use nine_cloud_actors::ports::Found;
use nine_cloud_actors::rooms::{
    Admission, Author, ChatRefusal, DeleteMessage, Expulsion, GuestName, LeaveRoom, LogIn, NameMember,
    Receipt, Seated, SendMessage, SetTyping, TakeSeat, Word,
};
use serde::Serialize;

use super::answers::{self, Late, RoomHandle};
use super::command::{Command, Send};
use super::entrance::Identity;
use super::inside::{Inside, Membership, Stage};
use super::lane::{Busy, Kind, Sending};
use super::refusals;
use super::shared::{Shared, later};
use super::socket::{ChatSocket, Note, refusal_args};
use super::switchboard::Board;
use super::wire;
use crate::realtime::socket::{Ack, Args, Io};

/// Done, and there is nothing more to say.
const DONE: &str = "{\"ok\":true}";

type Wire<'b, 'c> = Io<'b, 'c, ChatSocket>;

impl Inside {
    /// Notes a wish; `false`: too many.
    pub(super) fn ask(&mut self, command: Command, ack: Option<Ack>) -> bool {
        self.lane.push(command, ack)
    }

    /// A new day: a person's name of yesterday is not theirs any more.
    pub(super) fn renew_name(&mut self) {
        let is_in_plaza = self.rooms.iter().any(|room| room.key == LogKey::Plaza);
        if is_in_plaza && matches!(self.who, Identity::Person(_)) {
            self.lane.push(Command::RenewName, None);
        }
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

    fn guest_id(&self) -> Option<Oid> {
        self.rooms.iter().find(|room| room.key == LogKey::Plaza)?.author.as_ref().map(|author| author.id)
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

    /// Says something; somebody without a name gets one first.
    fn send(&mut self, key: LogKey, send: Send, ack: Option<Ack>, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        let socket = self.home.key;
        let Some(room) = self.room(key) else { return };
        if room.author.is_none() {
            self.lane.busy = Some(Busy::Naming { send, ack });
            let chat = Arc::clone(chat);
            return self.ask_late(io, async move { Late::Named(chat.lobby.name_guest().await) });
        }
        let kind = if send.is_plain { Kind::Plain } else { Kind::Full };
        let message = SendMessage { socket, text: send.text, client_id: send.client_id };
        match room.room.tell(message) {
            Ok(()) => self.lane.sent(key, ack, kind),
            Err(_) if room.room.is_alive() => refuse(ack, ChatRefusal::Unavailable, send.is_plain, chat, io),
            // The room died; the client comes back to its successor.
            Err(_) => io.close(),
        }
    }

    fn log_in(&mut self, name: LoginName, ack: Option<Ack>, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        if let Err(retry_after) = self.logins.take(chat.pace.logins, io.now()) {
            return answer(ack, &refusal_args(ChatRefusal::SlowDown { retry_after }), io);
        }
        // A person has a name already, in each room another.
        let (Identity::Guest(_), socket) = (&self.who, self.home.key) else {
            return answer(ack, &refusal_args(ChatRefusal::Invalid("name")), io);
        };
        let Some(room) = self.room(LogKey::Plaza) else {
            return refuse(ack, why_not_in(LogKey::Plaza, chat), true, chat, io);
        };
        let id = chat.fresh_id();
        let spare = alias_candidates(chat.ids.random()).pop().unwrap_or_default();
        if room.room.tell(LogIn { socket, author: id, name, spare }).is_ok() {
            self.lane.busy = Some(Busy::LoggingIn { ack, id, answer: None });
        } else {
            answer(ack, &refusal_args(ChatRefusal::Unavailable), io);
        }
    }

    fn ask_to_join(
        &mut self,
        room: String,
        ack: Option<Ack>,
        chat: &Arc<Shared>,
        address: IpAddr,
        io: &mut Wire<'_, '_>,
    ) {
        self.lane.busy = Some(Busy::Joining { ack, room: None, answer: String::new() });
        let (chat, who) = (Arc::clone(chat), self.who.clone());
        let name = self.rooms.iter().find(|room| room.key == LogKey::Plaza);
        let name = name.and_then(|room| room.author.clone());
        self.ask_late(
            io,
            async move { Late::Admitted(answers::admit(&chat, &who, name, &room, address).await) },
        );
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
            Some(Busy::Joining { ack, room: Some(room), answer: json }) => {
                answer(ack, &Args::json(&json), io);
                self.is_ready_for(room, io);
            }
            Some(Busy::LoggingIn { ack, answer: Some(json), .. }) => answer(ack, &Args::json(&json), io),
            Some(Busy::Leaving { ack, .. }) => answer(ack, &Args::json(DONE), io),
            other => self.lane.busy = other,
        }
    }

    fn admitted(&mut self, admitted: Result<(Admission, RoomHandle), ChatRefusal>, io: &mut Wire<'_, '_>) {
        if let Some(Busy::Renewing) = self.lane.busy {
            self.lane.busy = None;
            if let Ok((admission, _)) = admitted {
                self.rename(admission.author);
            }
            return;
        }
        let (Admission { room: key, author, hidden }, RoomHandle(room)) = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => return self.lane_refused(refusal, io),
        };
        let home = self.home;
        // Again: it begins anew, with what was said in between.
        self.rooms.retain(|room| room.key != key);
        let is_announced = match &mut self.who {
            Identity::Person(_) => false,
            Identity::Guest(Some(name)) if name.id == author.id => name.is_announced,
            // Who has left the plaza comes back into it as somebody else.
            Identity::Guest(name) => {
                let fresh = author.name.as_str().to_owned();
                *name = Some(GuestName { id: author.id, name: fresh, is_announced: false });
                false
            }
        };
        let seat = TakeSeat {
            socket: home.key,
            line: home.line,
            author: Some(author),
            person: self.who.person(),
            is_announced,
            is_curious: true,
            hidden,
            seen: None,
        };
        if let Some(Busy::Joining { room, .. }) = &mut self.lane.busy {
            *room = Some(key);
        }
        if !self.take_seat(Membership::new(key, room, home.key, true), seat) {
            self.lane_refused(ChatRefusal::Unavailable, io);
        }
    }

    /// In: the answer is sent once the record says so.
    pub(super) fn joined(&mut self, seated: &Seated, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        #[derive(Serialize)]
        struct You<'a> {
            id: Oid,
            alias: &'a str,
        }
        let Some(room) = self.room(seated.room) else { return };
        let you = room.author.as_ref().map(|author| You { id: author.id, alias: author.name.as_str() });
        // Structs of strings always serialize.
        let you = serde_json::to_string(&you).unwrap_or_default();
        let hidden = &room.hidden;
        let recent = seated.entries.iter().filter(|entry| !entry.is_by(hidden));
        let recent: Vec<String> = recent.filter_map(|entry| wire::message_json(seated.room, entry)).collect();
        let json = format!(
            "{{\"ok\":true,\"room\":\"{}\",\"you\":{you},\"members\":{},\"recent\":[{}]}}",
            seated.room.name(),
            seated.members,
            recent.join(",")
        );
        if let Some(Busy::Joining { answer, .. }) = &mut self.lane.busy {
            *answer = json;
        }
        self.keep(chat, io);
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

    /// The plaza is told of the name under which somebody speaks there from now on.
    fn rename(&mut self, author: Author) {
        let socket = self.home.key;
        if let Some(room) = self.room(LogKey::Plaza) {
            // Full: they keep the name that they have until they enter again.
            if room.room.tell(NameMember { socket, author: author.clone() }).is_ok() {
                self.know_as(author);
            }
        }
    }

    fn know_as(&mut self, author: Author) {
        let home = self.home;
        if let Some(board) = Board::here() {
            board.name(home.key, LogKey::Plaza, author.id);
        }
        if let Some(room) = self.room(LogKey::Plaza) {
            room.author = Some(author);
        }
    }

    fn named(&mut self, named: Result<Author, ChatRefusal>, chat: &Arc<Shared>, io: &mut Wire<'_, '_>) {
        let Some(Busy::Naming { send, ack }) = self.lane.busy.take() else { return };
        match named {
            Ok(author) => {
                let name = author.name.as_str().to_owned();
                self.who = Identity::Guest(Some(GuestName { id: author.id, name, is_announced: false }));
                self.rename(author);
                self.keep_quietly(chat);
                self.send(LogKey::Plaza, send, ack, chat, io);
            }
            Err(refusal) => refuse(ack, refusal, send.is_plain, chat, io),
        }
    }

    /// A message of one's own may be taken back, while one is in its room.
    fn found(&mut self, found: Result<Option<Found>, ChatRefusal>, io: &mut Wire<'_, '_>) {
        let Some(Busy::Deleting { ack }) = self.lane.busy.take() else { return };
        let socket = self.home.key;
        let message = match found {
            Ok(Some(message)) if message.text.is_some() => message,
            Ok(_) => return answer(ack, &refusal_args(ChatRefusal::NotFound), io),
            Err(refusal) => return answer(ack, &refusal_args(refusal), io),
        };
        let Some(room) = self.room(message.room) else {
            return answer(ack, &refusal_args(ChatRefusal::NotFound), io);
        };
        if room.author.as_ref().map(|author| author.id) != Some(message.author) {
            return answer(ack, &refusal_args(ChatRefusal::NotYours), io);
        }
        let delete = DeleteMessage { socket, message: message.id };
        if room.room.tell(delete).is_ok() {
            self.lane.sent(message.room, ack, Kind::Deletion);
        } else {
            answer(ack, &refusal_args(ChatRefusal::Unavailable), io);
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

fn give_receipt(
    Sending { ack, kind }: Sending,
    receipt: Result<Receipt, ChatRefusal>,
    chat: &Arc<Shared>,
    io: &mut Wire<'_, '_>,
) {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Sent {
        ok: bool,
        id: Oid,
        seq: u64,
        created_at: String,
    }
    match (receipt, kind) {
        (Err(refusal), kind) => refuse(ack, refusal, kind == Kind::Plain, chat, io),
        (Ok(_), Kind::Plain | Kind::Deletion) => answer(ack, &Args::json(DONE), io),
        (Ok(Receipt { id, seq, at }), Kind::Full) => {
            let sent = Sent { ok: true, id, seq, created_at: seoul::iso_millis(at) };
            answer(ack, &Args::of(&sent).unwrap_or_default(), io);
        }
    }
}

/// In the shape of the previous service. The token was the socket's id there (D-F8), and nobody reads it.
fn login_answer(id: Oid, name: &str) -> String {
    let data = serde_json::json!({ "_id": id, "name": name, "token": "", "online": true, "__v": 0 });
    serde_json::json!({ "ok": true, "data": data }).to_string()
}
