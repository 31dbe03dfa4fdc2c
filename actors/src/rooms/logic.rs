//! A room as plain logic: what each command does to it, and what has to be sent for it.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::members::{Member, Members};
use super::messages::{LogIn, MoveSeat, NameMember, SetTyping, TakeSeat};
use super::parcel::{Batch, Expulsion, Item, LineId, NewSeat, Parcel, Receipt, Seated, SocketKey, Word};
use super::presence::PresenceNews;
use super::refusal::ChatRefusal;
use super::window::Window;
use crate::domain::chat::{LogKey, Oid};
use crate::domain::ids::UserId;
use crate::domain::seoul;
use crate::ports::{Draft, Entry, Fact, NewMessage, Placed};

/// Messages that a newcomer sees (chat.md).
const RECENT: usize = 50;

/// Lines of the log that are replayed to somebody who comes back; after more, the room is new to them (chat.md).
const MOST_REPLAYED: usize = 300;

/// What has to be sent.
#[derive(Debug)]
pub(super) enum Effect {
    /// Down one line.
    Line(LineId, Parcel),
    /// Down every line that has members.
    Everyone(Batch),
}

/// Something to be logged, and who waits for it.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) draft: Draft,
    pub(super) socket: Option<SocketKey>,
}

/// See the module.
pub(super) struct Logic {
    key: LogKey,
    capacity: usize,
    window: Window,
    members: Members,
    presence: PresenceNews,
    /// People in it on other nodes.
    elsewhere: usize,
    /// Why nobody comes in: its day is over, or an administrator has closed it.
    closed: Option<ChatRefusal>,
}

impl Logic {
    pub(super) fn new(key: LogKey, capacity: usize, window: Window, elsewhere: usize) -> Self {
        let (members, presence) = (Members::default(), PresenceNews::default());
        Self { key, capacity, window, members, presence, elsewhere, closed: None }
    }

    pub(super) fn tail(&self) -> u64 {
        self.window.tail()
    }

    pub(super) fn members(&self) -> &Members {
        &self.members
    }

    /// People in the room, on all nodes. Somebody who is in it on two of them counts on both.
    pub(super) fn people(&self) -> usize {
        self.members.count() + self.elsewhere
    }

    pub(super) fn count_elsewhere(&mut self, people: usize) {
        self.elsewhere = people;
    }

    /// Lets a socket in, up to the capacity; somebody who comes back is let in above it. A member that asks again gets a new
    /// seat, and nobody hears of it.
    pub(super) fn take_seat(&mut self, seat: TakeSeat, announcement: Announcement) -> Vec<Effect> {
        let TakeSeat { socket, line, author, person, is_announced, is_curious, hidden, seen } = seat;
        let is_new = seen.is_none() && self.members.get(socket).is_none();
        let is_full = is_new && self.members.sockets() >= self.capacity;
        let refused = self.closed.or(is_full.then_some(ChatRefusal::Full));
        if let Some(refusal) = refused {
            return vec![Effect::Line(line, Parcel::Tell(socket, Word::Refused(self.key, refusal)))];
        }
        let mut effects = Vec::new();
        let again = self.members.remove(socket);
        let is_again = again.is_some();
        if let Some((before, change)) = again {
            self.presence.note(change);
            effects.push(Effect::Line(before.line, Parcel::Unseat { socket, room: self.key, then: None }));
        }
        let id = author.as_ref().map(|author| author.id);
        let mut member = Member::new(line, author, person);
        (member.was_announced, member.is_curious) = (is_announced, is_curious);
        let change = self.members.add(socket, member);
        let joined = change.joined.clone().filter(|_| is_announced && !is_again);
        self.presence.note(change);
        let missed = seen.map(|seen| self.missed(seen));
        let (entries, has_gap) = match missed {
            Some(Some(missed)) => (missed, false),
            Some(None) => (self.window.messages(RECENT), true),
            None => (self.window.messages(RECENT), false),
        };
        let position = self.tail();
        let seated = Seated { room: self.key, position, members: self.people(), entries, has_gap };
        let seat = NewSeat {
            socket,
            room: self.key,
            position,
            is_curious,
            author: id,
            hidden,
            word: Word::Seated(Box::new(seated)),
        };
        effects.push(Effect::Line(line, Parcel::Seat(Box::new(seat))));
        effects.extend(joined.map(|name| self.announce(announcement.joined(name.as_str()))));
        effects
    }

    /// What came after `seen`. `None`: more than is replayed, or the log is not the one that it was seen in.
    fn missed(&self, seen: u64) -> Option<Vec<Arc<Entry>>> {
        let missed = self.window.after(seen).filter(|missed| missed.len() <= MOST_REPLAYED);
        missed.filter(|_| seen <= self.tail())
    }

    /// A member goes; `then` is what it is told.
    pub(super) fn leave(
        &mut self,
        socket: SocketKey,
        then: Option<Word>,
        announcement: Announcement,
    ) -> Vec<Effect> {
        let Some((member, change)) = self.members.remove(socket) else { return Vec::new() };
        let left = change.left.clone().filter(|_| member.was_announced);
        self.presence.note(change);
        let unseat = Parcel::Unseat { socket, room: self.key, then };
        let mut effects = vec![Effect::Line(member.line, unseat)];
        effects.extend(left.map(|name| self.announce(announcement.left(name.as_str()))));
        effects
    }

    /// A member has moved: the old worker hands over behind all that it was sent, the new one holds until then.
    pub(super) fn move_seat(&mut self, moved: MoveSeat) -> Vec<Effect> {
        let MoveSeat { from, to, line, hidden } = moved;
        let Some(before) = self.members.get(from).map(|member| member.line) else { return Vec::new() };
        let Some(member) = self.members.rehome(from, to, line) else { return Vec::new() };
        let (author, is_curious) = (member.author.as_ref().map(|author| author.id), member.is_curious);
        let handed = Word::Handed(self.key);
        let unseat = Parcel::Unseat { socket: from, room: self.key, then: Some(handed) };
        let seated = Seated {
            room: self.key,
            position: self.tail(),
            members: self.people(),
            entries: Vec::new(),
            has_gap: false,
        };
        let seat = NewSeat {
            socket: to,
            room: self.key,
            position: self.tail(),
            is_curious,
            author,
            hidden,
            word: Word::Seated(Box::new(seated)),
        };
        vec![Effect::Line(before, unseat), Effect::Line(line, Parcel::Seat(Box::new(seat)))]
    }

    /// The existing client's `login`: everybody hears of it, then the client.
    pub(super) fn log_in(&mut self, login: &LogIn, announcement: Announcement) -> Vec<Effect> {
        let Some(line) = self.members.get(login.socket).map(|member| member.line) else { return Vec::new() };
        let name = self.members.free_name(&login.name, login.author, &login.spare);
        let author = super::Author { id: login.author, name: name.clone() };
        let change = self.members.rename(login.socket, &author, true);
        self.presence.note(change);
        let told = Parcel::Tell(login.socket, Word::LoggedIn(name.clone()));
        vec![self.announce(announcement.joined(name.as_str())), Effect::Line(line, told)]
    }

    pub(super) fn name_member(&mut self, NameMember { socket, author }: NameMember) {
        let change = self.members.rename(socket, &author, false);
        self.presence.note(change);
    }

    pub(super) fn set_typing(&mut self, typing: &SetTyping, now: Instant) -> Option<Effect> {
        if !self.members.has_curious() {
            return None;
        }
        let author = self.members.may_type(typing.socket, typing.is_on, now)?;
        let item = Item::Typing { author: author.id, alias: author.name, is_on: typing.is_on };
        Some(self.everyone(vec![item], Vec::new()))
    }

    /// A message as it will be logged, or who has to be told that it will not be.
    pub(super) fn draft(
        &self,
        message: super::messages::SendMessage,
        id: Oid,
        at: seoul::Instant,
    ) -> Result<Pending, Option<Effect>> {
        let socket = message.socket;
        let Some(member) = self.members.get(socket) else { return Err(None) };
        let Some(author) = &member.author else {
            let refused = Parcel::Tell(socket, Word::Sent(self.key, Err(ChatRefusal::NotInRoom)));
            return Err(Some(Effect::Line(member.line, refused)));
        };
        let draft = Draft::Message(NewMessage {
            id,
            author: author.id,
            person: member.person,
            name: author.name.clone(),
            text: message.text,
            client_id: message.client_id,
            at,
        });
        Ok(Pending { draft, socket: Some(socket) })
    }

    /// What was pending is logged: everybody gets it, then the senders their receipts. `others` is what other nodes wrote
    /// in between, this batch included; without it, the batch comes right after the tail.
    pub(super) fn logged(
        &mut self,
        pending: &[Pending],
        placed: &[Placed],
        others: Vec<Entry>,
    ) -> Option<(Batch, Arc<[Arc<Entry>]>)> {
        let mine: Vec<Arc<Entry>> = pending
            .iter()
            .zip(placed)
            .filter_map(|(pending, placed)| entry(&pending.draft, *placed))
            .collect();
        let fresh: Vec<Arc<Entry>> = if others.is_empty() {
            mine.iter().filter(|entry| self.window.push(Arc::clone(entry))).cloned().collect()
        } else {
            let others = others.into_iter().map(Arc::new);
            others.filter(|entry| self.window.push(Arc::clone(entry))).collect()
        };
        let receipts = pending.iter().zip(placed).filter_map(|(pending, placed)| {
            Some((self.members.key_now(pending.socket?), receipt(&pending.draft, *placed)?))
        });
        let receipts: Vec<_> = receipts.collect();
        if fresh.is_empty() && receipts.is_empty() {
            return None;
        }
        let batch = self.batch(fresh.into_iter().map(Item::Logged).collect(), receipts);
        Some((batch, mine.into()))
    }

    /// Lines that other nodes wrote. `false`: there is a gap before them, which the log has to fill.
    pub(super) fn hear(&mut self, entries: impl IntoIterator<Item = Arc<Entry>>) -> (Option<Effect>, bool) {
        let (mut fresh, mut is_whole) = (Vec::new(), true);
        for entry in entries {
            if entry.seq > self.tail() + 1 {
                is_whole = false;
                break;
            }
            if self.window.push(Arc::clone(&entry)) {
                fresh.push(Item::Logged(entry));
            }
        }
        let effect = (!fresh.is_empty()).then(|| self.everyone(fresh, Vec::new()));
        (effect, is_whole)
    }

    /// Nothing of this was logged.
    pub(super) fn failed(&self, pending: &[Pending]) -> Option<Effect> {
        let receipts: Vec<_> = pending
            .iter()
            .filter_map(|pending| {
                Some((self.members.key_now(pending.socket?), Err(ChatRefusal::Unavailable)))
            })
            .collect();
        (!receipts.is_empty()).then(|| self.everyone(Vec::new(), receipts))
    }

    /// Puts out whoever the test says; their sockets learn why.
    pub(super) fn expel(&mut self, person: Option<UserId>, why: Expulsion) -> Vec<Effect> {
        let who = self.members.keys_where(|member| person.is_none() || member.person == person);
        let mut effects = Vec::new();
        for socket in who {
            let Some((member, change)) = self.members.remove(socket) else { continue };
            self.presence.note(change);
            let then = Some(Word::Expelled(self.key, why));
            effects.push(Effect::Line(member.line, Parcel::Unseat { socket, room: self.key, then }));
        }
        effects
    }

    /// The day of this room is over.
    pub(super) fn close(&mut self) -> Vec<Effect> {
        self.closed = Some(ChatRefusal::NoSuchRoom);
        self.expel(None, Expulsion::NewDay)
    }

    /// An administrator has closed it.
    pub(super) fn shut(&mut self) -> Vec<Effect> {
        self.closed.get_or_insert(ChatRefusal::Closed);
        self.expel(None, Expulsion::Closed)
    }

    /// They have opened it again; a day that is over does not come back.
    pub(super) fn reopen(&mut self) {
        self.closed = self.closed.filter(|why| *why != ChatRefusal::Closed);
    }

    /// How long until presence is to be told; `None` when there is nothing to tell, or nobody who wants to know.
    pub(super) fn presence_due_in(&self, now: Instant) -> Option<Duration> {
        let has_readers = self.members.has_curious();
        self.presence.due_in(self.people(), now).filter(|_| has_readers)
    }

    pub(super) fn tell_presence(&mut self, now: Instant) -> Effect {
        let item = self.presence.tell(self.people(), now);
        self.everyone(vec![item], Vec::new())
    }

    fn announce(&self, item: Item) -> Effect {
        self.everyone(vec![item], Vec::new())
    }

    fn everyone(&self, items: Vec<Item>, receipts: Vec<(SocketKey, Result<Receipt, ChatRefusal>)>) -> Effect {
        Effect::Everyone(self.batch(items, receipts))
    }

    fn batch(&self, items: Vec<Item>, receipts: Vec<(SocketKey, Result<Receipt, ChatRefusal>)>) -> Batch {
        Batch { room: self.key, items, receipts, encoded: OnceLock::new() }
    }
}

/// The id and time of words that the server may have to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announcement {
    pub(super) id: Oid,
    pub(super) at: seoul::Instant,
}

impl Announcement {
    /// The words of the previous service, which existing pages show as they are (contract §3.2).
    fn joined(self, name: &str) -> Item {
        self.say(name, "has joined the chat room")
    }

    fn left(self, name: &str) -> Item {
        self.say(name, "has left the chat room")
    }

    fn say(self, name: &str, what: &str) -> Item {
        let shown = name.split('.').next().unwrap_or_default().trim();
        Item::Announced { id: self.id, text: format!("{shown} {what}"), at: self.at }
    }
}

fn entry(draft: &Draft, placed: Placed) -> Option<Arc<Entry>> {
    let Placed::At(seq) = placed else { return None };
    let (at, fact) = match draft {
        Draft::Message(message) => {
            let NewMessage { id, author, name, text, at, .. } = message;
            let (name, text) = (name.clone(), Some(text.as_str().into()));
            (*at, Fact::Said { id: *id, author: *author, name, text })
        }
        Draft::Deletion { of, at } => (*at, Fact::Deleted { of: *of }),
        Draft::Closing { at } => (*at, Fact::Closed),
    };
    Some(Arc::new(Entry { seq, at, fact }))
}

fn receipt(draft: &Draft, placed: Placed) -> Option<Result<Receipt, ChatRefusal>> {
    let (id, at) = match draft {
        Draft::Message(message) => (message.id, message.at),
        Draft::Deletion { of, at } => (*of, *at),
        Draft::Closing { .. } => return None,
    };
    Some(match placed {
        Placed::At(seq) => Ok(Receipt { id, seq, at }),
        Placed::Before { id, seq, at } => Ok(Receipt { id, seq, at }),
        Placed::Nothing => Err(ChatRefusal::NotFound),
    })
}
