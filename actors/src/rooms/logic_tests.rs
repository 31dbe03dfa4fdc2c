use std::sync::Arc;

use chrono::DateTime;

use super::logic::{Announcement, Effect, Logic, Pending};
use super::window::Window;
use super::*;
use crate::domain::chat::{Alias, ChatText, LogKey, LoginName, Oid};
use crate::ports::{Draft, Entry, Fact, Placed};

const AT: DateTime<chrono::Utc> = DateTime::UNIX_EPOCH;

fn oid(byte: u8) -> Oid {
    Oid::new(&[byte; 16])
}

fn announcement() -> Announcement {
    Announcement { id: oid(200), at: AT }
}

fn said(seq: u64) -> Entry {
    let id = oid(u8::try_from(seq % 200).unwrap());
    let (name, text) = (Alias::new("구름"), Some("안녕".into()));
    Entry { seq, at: AT, fact: Fact::Said { id, author: oid(1), name, text } }
}

/// A room whose log has so many lines.
fn room(lines: u64) -> Logic {
    let from = lines.saturating_sub(512);
    Logic::new(LogKey::Plaza, 3, Window::new(lines, (from + 1..=lines).map(said).collect()), 0)
}

fn seat(socket: SocketKey, line: usize, author: u8) -> TakeSeat {
    TakeSeat {
        socket,
        line: parcel::LineId(line),
        author: Some(Author { id: oid(author), name: Alias::new(&format!("구름 {author}")) }),
        person: None,
        is_announced: false,
        is_curious: false,
        hidden: Vec::new(),
        seen: None,
    }
}

fn seated(effects: &[Effect]) -> &Seated {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Line(_, Parcel::Seat(seat)) => match &seat.word {
            Word::Seated(seated) => Some(seated),
            _ => None,
        },
        _ => None,
    });
    found.expect("a seat")
}

fn seqs(entries: &[Arc<Entry>]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

fn announced(effects: &[Effect]) -> Vec<String> {
    let items = effects.iter().filter_map(|effect| match effect {
        Effect::Everyone(batch) => Some(&batch.items),
        Effect::Line(..) => None,
    });
    let texts = items.flatten().filter_map(|item| match item {
        Item::Announced { text, .. } => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_newcomer_sees_the_last_fifty_up_to_where_live_delivery_starts() {
    let effects = room(60).take_seat(seat(SocketKey::fresh(), 0, 2), announcement());
    let seated = seated(&effects);
    assert_eq!((seated.position, seated.members, seated.has_gap), (60, 1, false));
    assert_eq!(seqs(&seated.entries), (11..=60).collect::<Vec<_>>());
}

#[test]
fn who_comes_back_gets_what_was_missed_unless_it_is_too_much() {
    let back = |lines, seen| {
        let mut room = room(lines);
        let seat = TakeSeat { seen: Some(seen), ..seat(SocketKey::fresh(), 0, 2) };
        let effects = room.take_seat(seat, announcement());
        let seated = seated(&effects);
        (seqs(&seated.entries), seated.has_gap)
    };
    assert_eq!(back(60, 57), (vec![58, 59, 60], false));
    assert_eq!(back(60, 60), (vec![], false));
    assert_eq!(back(301, 1).0.len(), 300);
    assert!(back(302, 1).1, "301 missed");
    assert!(back(2000, 1000).1, "further back than the room remembers");
    assert!(back(60, 61).1, "seen in a log that is not there any more");
}

#[test]
fn the_room_holds_its_capacity_and_those_who_come_back() {
    let mut room = room(0);
    for author in 1..=3 {
        room.take_seat(seat(SocketKey::fresh(), 0, author), announcement());
    }
    let effects = room.take_seat(seat(SocketKey::fresh(), 0, 4), announcement());
    let refused = Word::Refused(LogKey::Plaza, ChatRefusal::Full);
    assert!(matches!(&effects[..], [Effect::Line(_, Parcel::Tell(_, word))]
        if format!("{word:?}") == format!("{refused:?}")));
    let back = TakeSeat { seen: Some(0), ..seat(SocketKey::fresh(), 0, 4) };
    assert_eq!(seated(&room.take_seat(back, announcement())).members, 4);
}

#[test]
fn the_existing_clients_hear_of_each_other_in_words_once() {
    let (mut room, socket) = (room(0), SocketKey::fresh());
    room.take_seat(TakeSeat { author: None, ..seat(socket, 0, 2) }, announcement());
    let name = LoginName::parse("행복한 구름. 1111-2222").unwrap();
    let wish = LogIn { socket, author: oid(2), name, spare: "별".to_owned() };
    let effects = room.log_in(&wish, announcement());
    assert_eq!(announced(&effects), ["행복한 구름 has joined the chat room"]);
    assert!(
        matches!(effects.last(), Some(Effect::Line(_, Parcel::Tell(_, Word::LoggedIn(_))))),
        "then the caller"
    );
    let author = Some(Author { id: oid(2), name: Alias::new("행복한 구름. 1111-2222") });
    let again = TakeSeat { author, is_announced: true, ..seat(socket, 0, 2) };
    assert!(announced(&room.take_seat(again, announcement())).is_empty(), "the same socket asked again");
    let effects = room.leave(socket, None, announcement());
    assert_eq!(announced(&effects), ["행복한 구름 has left the chat room"]);
    assert!(room.leave(socket, None, announcement()).is_empty());
}

fn message(room: &Logic, socket: SocketKey, byte: u8) -> Pending {
    let text = ChatText::parse("안녕").unwrap();
    room.draft(SendMessage { socket, text, client_id: None }, oid(byte), AT).unwrap()
}

#[test]
fn what_is_logged_goes_to_everyone_and_then_its_senders_are_told() {
    let (mut room, socket) = (room(7), SocketKey::fresh());
    room.take_seat(seat(socket, 0, 2), announcement());
    let pending = [message(&room, socket, 9), message(&room, socket, 10)];
    let before = Placed::Before { id: oid(5), seq: 5, at: AT };
    let (batch, mine) = room.logged(&pending, &[Placed::At(8), before], Vec::new()).unwrap();
    assert_eq!(seqs(&mine), [8]);
    assert_eq!(batch.items.len(), 1, "what was said before is not said again");
    let receipts: Vec<_> = batch.receipts.iter().map(|(_, receipt)| receipt.map(|r| (r.id, r.seq))).collect();
    assert_eq!(receipts, [Ok((oid(9), 8)), Ok((oid(5), 5))]);
    assert_eq!(room.tail(), 8);
}

#[test]
fn what_other_nodes_wrote_in_between_comes_first() {
    let (mut room, socket) = (room(7), SocketKey::fresh());
    room.take_seat(seat(socket, 0, 2), announcement());
    let pending = [message(&room, socket, 9)];
    let (batch, _) = room.logged(&pending, &[Placed::At(9)], vec![said(8), said(9)]).unwrap();
    assert_eq!(batch.items.len(), 2);
    assert_eq!(room.tail(), 9);
}

#[test]
fn news_of_other_nodes_is_taken_in_order_and_a_gap_is_noticed() {
    let mut room = room(7);
    let hear = |room: &mut Logic, seqs: &[u64]| {
        let (effect, is_whole) = room.hear(seqs.iter().map(|seq| Arc::new(said(*seq))));
        (effect.is_some(), is_whole)
    };
    assert_eq!(hear(&mut room, &[8, 9]), (true, true));
    assert_eq!(hear(&mut room, &[9]), (false, true), "heard twice");
    assert_eq!(hear(&mut room, &[11]), (false, false));
    assert_eq!(room.tail(), 9);
}

#[test]
fn a_member_that_moves_is_handed_over_behind_all_that_it_was_sent() {
    let (mut room, old, new) = (room(7), SocketKey::fresh(), SocketKey::fresh());
    room.take_seat(seat(old, 0, 2), announcement());
    let moved = MoveSeat { from: old, to: new, line: parcel::LineId(1), hidden: Vec::new() };
    let effects = room.move_seat(moved);
    assert!(matches!(&effects[..], [
        Effect::Line(parcel::LineId(0), Parcel::Unseat { socket, then: Some(Word::Handed(_)), .. }),
        Effect::Line(parcel::LineId(1), Parcel::Seat(_)),
    ] if *socket == old));
    assert!(room.members().get(new).is_some());
    assert_eq!(room.members().count(), 1);
}

#[test]
fn the_end_of_a_day_puts_everybody_out() {
    let mut room = room(0);
    for author in 1..=3 {
        room.take_seat(seat(SocketKey::fresh(), 0, author), announcement());
    }
    assert_eq!(room.expel(None, Expulsion::NewDay).len(), 3);
    assert_eq!(room.members().sockets(), 0);
    let pending = Pending { draft: Draft::Closing { at: AT }, socket: None };
    assert!(room.failed(&[pending]).is_none());
}

#[test]
fn a_room_that_is_shut_has_nobody_in_it_until_it_is_opened_and_a_day_that_is_over_stays_over() {
    let (mut room, socket) = (room(0), SocketKey::fresh());
    let refusal = |room: &mut Logic| match &room.take_seat(seat(SocketKey::fresh(), 0, 2), announcement())[..]
    {
        [Effect::Line(_, Parcel::Tell(_, Word::Refused(_, refusal)))] => Some(*refusal),
        _ => None,
    };
    room.take_seat(seat(socket, 0, 1), announcement());
    let put_out = room.shut();
    let [Effect::Line(_, Parcel::Unseat { socket: whom, then, .. })] = &put_out[..] else {
        panic!("{put_out:?}")
    };
    assert!(*whom == socket && matches!(then, Some(Word::Expelled(_, Expulsion::Closed))), "{put_out:?}");
    assert_eq!(refusal(&mut room), Some(ChatRefusal::Closed));
    assert!(room.shut().is_empty(), "nobody is left to be told");
    room.reopen();
    assert_eq!(refusal(&mut room), None);
    room.close();
    room.shut();
    room.reopen();
    assert_eq!(refusal(&mut room), Some(ChatRefusal::NoSuchRoom));
}
