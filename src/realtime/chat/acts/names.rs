//! Under which name one speaks in the plaza.

use std::sync::Arc;

use nine_cloud_actors::domain::chat::{LogKey, LoginName, Oid, alias_candidates};
use nine_cloud_actors::rooms::{Author, ChatRefusal, LogIn, NameMember};

use super::{Wire, answer, refuse, why_not_in};
use crate::realtime::chat::command::Command;
use crate::realtime::chat::entrance::Identity;
use crate::realtime::chat::inside::Inside;
use crate::realtime::chat::lane::Busy;
use crate::realtime::chat::shared::Shared;
use crate::realtime::chat::socket::refusal_args;
use crate::realtime::chat::switchboard::Board;
use crate::realtime::socket::Ack;

impl Inside {
    /// A new day: a person's name of yesterday is not theirs any more.
    pub(in crate::realtime::chat) fn renew_name(&mut self) {
        let is_in_plaza = self.rooms.iter().any(|room| room.key == LogKey::Plaza);
        if is_in_plaza && matches!(self.who, Identity::Person(_)) {
            self.lane.push(Command::RenewName, None);
        }
    }

    pub(super) fn log_in(
        &mut self,
        name: LoginName,
        ack: Option<Ack>,
        chat: &Arc<Shared>,
        io: &mut Wire<'_, '_>,
    ) {
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

    /// The plaza is told of the name under which somebody speaks there from now on.
    pub(super) fn rename(&mut self, author: Author) {
        let socket = self.home.key;
        if let Some(room) = self.room(LogKey::Plaza) {
            // Full: they keep the name that they have until they enter again.
            if room.room.tell(NameMember { socket, author: author.clone() }).is_ok() {
                self.know_as(author);
            }
        }
    }

    pub(super) fn know_as(&mut self, author: Author) {
        let home = self.home;
        if let Some(board) = Board::here() {
            board.name(home.key, LogKey::Plaza, author.id);
        }
        if let Some(room) = self.room(LogKey::Plaza) {
            room.author = Some(author);
        }
    }
}

/// In the shape of the previous service. The token was the socket's id there (D-F8), and nobody reads it.
pub(super) fn login_answer(id: Oid, name: &str) -> String {
    let data = serde_json::json!({ "_id": id, "name": name, "token": "", "online": true, "__v": 0 });
    serde_json::json!({ "ok": true, "data": data }).to_string()
}
