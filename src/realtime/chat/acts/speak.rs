//! Says something, and takes it back.

use std::sync::Arc;

use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::domain::seoul;
use nine_cloud_actors::ports::Found;
use nine_cloud_actors::rooms::{Author, ChatRefusal, DeleteMessage, GuestName, Receipt, SendMessage};
use serde::Serialize;

use super::{DONE, Wire, answer, refuse, why_not_in};
use crate::realtime::chat::answers::Late;
use crate::realtime::chat::command::Send;
use crate::realtime::chat::entrance::Identity;
use crate::realtime::chat::inside::Inside;
use crate::realtime::chat::lane::{Busy, Kind, Sending};
use crate::realtime::chat::shared::Shared;
use crate::realtime::chat::socket::refusal_args;
use crate::realtime::socket::{Ack, Args};

impl Inside {
    pub(super) fn guest_id(&self) -> Option<Oid> {
        self.rooms.iter().find(|room| room.key == LogKey::Plaza)?.author.as_ref().map(|author| author.id)
    }

    /// Says something; somebody without a name gets one first.
    pub(super) fn send(
        &mut self,
        key: LogKey,
        send: Send,
        ack: Option<Ack>,
        chat: &Arc<Shared>,
        io: &mut Wire<'_, '_>,
    ) {
        let socket = self.home.key;
        let Some(room) = self.room(key) else {
            return refuse(ack, why_not_in(key, chat), send.is_plain, chat, io);
        };
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

    pub(super) fn named(
        &mut self,
        named: Result<Author, ChatRefusal>,
        chat: &Arc<Shared>,
        io: &mut Wire<'_, '_>,
    ) {
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
    pub(super) fn found(&mut self, found: Result<Option<Found>, ChatRefusal>, io: &mut Wire<'_, '_>) {
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
}

pub(super) fn give_receipt(
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
