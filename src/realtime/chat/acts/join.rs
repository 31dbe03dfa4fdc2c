//! Into a room, by one's own wish.

use std::net::IpAddr;
use std::sync::Arc;

use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::rooms::{Admission, ChatRefusal, GuestName, Seated, TakeSeat};
use serde::Serialize;

use super::Wire;
use crate::realtime::chat::answers::{self, Late, RoomHandle};
use crate::realtime::chat::entrance::Identity;
use crate::realtime::chat::inside::{Inside, Membership};
use crate::realtime::chat::lane::Busy;
use crate::realtime::chat::shared::Shared;
use crate::realtime::chat::wire;
use crate::realtime::socket::Ack;

impl Inside {
    pub(super) fn ask_to_join(
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

    pub(super) fn admitted(
        &mut self,
        admitted: Result<(Admission, RoomHandle), ChatRefusal>,
        io: &mut Wire<'_, '_>,
    ) {
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
    pub(in crate::realtime::chat) fn joined(
        &mut self,
        seated: &Seated,
        chat: &Arc<Shared>,
        io: &mut Wire<'_, '_>,
    ) {
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
}
