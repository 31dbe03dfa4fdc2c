//! News as they travel: JSON with short names. A node of a later release may say what this one cannot read; the reader
//! takes that for something missed, which is always safe.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use nine_cloud_actors::domain::chat::{Alias, Oid, PidMark};
use nine_cloud_actors::domain::ids::{NotificationId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{BanSubject, Entry, Fact, News, NodeState};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
enum Told<'a> {
    #[serde(rename = "l")]
    Logged(String, Vec<Line<'a>>),
    #[serde(rename = "bp")]
    PersonBanned(UserId),
    #[serde(rename = "ba")]
    AddressBanned(IpAddr),
    #[serde(rename = "rc")]
    RoomsClosed,
    #[serde(rename = "s")]
    SessionsEnded(UserId),
    #[serde(rename = "k")]
    Kicked(UserId),
    #[serde(rename = "cl")]
    CloudLost(UserId),
    #[serde(rename = "n")]
    Notified(UserId, NotificationId),
    #[serde(rename = "p")]
    Present(Cow<'a, str>, String, u32),
    #[serde(rename = "i")]
    NodeIs(Cow<'a, str>, Cow<'a, str>, u32, bool),
    #[serde(rename = "r")]
    Recovered(String),
}

/// `seq`, milliseconds since 1970, and what happened.
#[derive(Serialize, Deserialize)]
struct Line<'a>(u64, i64, Happened<'a>);

#[derive(Serialize, Deserialize)]
enum Happened<'a> {
    #[serde(rename = "s")]
    Said(Oid, Oid, Cow<'a, str>, Option<Cow<'a, str>>),
    #[serde(rename = "d")]
    Deleted(Oid),
    #[serde(rename = "c")]
    Closed,
}

/// `None` for what is not told to others.
pub(super) fn write(news: &News) -> Option<String> {
    let told = match news {
        News::Logged { room, entries } => {
            Told::Logged(room.to_string(), entries.iter().map(|entry| line_of(entry)).collect())
        }
        News::Banned(BanSubject::Person(person)) => Told::PersonBanned(*person),
        News::Banned(BanSubject::Address(address)) => Told::AddressBanned(*address),
        News::RoomsClosed => Told::RoomsClosed,
        News::SessionsEnded(user) => Told::SessionsEnded(*user),
        News::Kicked(user) => Told::Kicked(*user),
        News::CloudLost(user) => Told::CloudLost(*user),
        News::Notified { recipient, id } => Told::Notified(*recipient, *id),
        News::Present { node, room, members } => {
            Told::Present(Cow::Borrowed(node), room.to_string(), *members)
        }
        News::NodeIs(NodeState { name, release, sockets, is_draining }) => {
            Told::NodeIs(Cow::Borrowed(name), Cow::Borrowed(release), *sockets, *is_draining)
        }
        News::Recovered(mark) => Told::Recovered(BASE64.encode(mark.as_bytes())),
        News::Missed => return None,
    };
    // Strings and numbers always serialize.
    serde_json::to_string(&told).ok()
}

/// `None` for what this release does not know.
pub(super) fn read(text: &[u8]) -> Option<News> {
    Some(match serde_json::from_slice(text).ok()? {
        Told::Logged(room, lines) => {
            let entries: Option<Vec<_>> = lines.into_iter().map(entry_of).collect();
            News::Logged { room: room.parse().ok()?, entries: entries?.into() }
        }
        Told::PersonBanned(person) => News::Banned(BanSubject::Person(person)),
        Told::AddressBanned(address) => News::Banned(BanSubject::Address(address)),
        Told::RoomsClosed => News::RoomsClosed,
        Told::SessionsEnded(user) => News::SessionsEnded(user),
        Told::Kicked(user) => News::Kicked(user),
        Told::CloudLost(user) => News::CloudLost(user),
        Told::Notified(recipient, id) => News::Notified { recipient, id },
        Told::Present(node, room, members) => {
            News::Present { node: node.as_ref().into(), room: room.parse().ok()?, members }
        }
        Told::NodeIs(name, release, sockets, is_draining) => News::NodeIs(NodeState {
            name: name.as_ref().into(),
            release: release.as_ref().into(),
            sockets,
            is_draining,
        }),
        Told::Recovered(mark) => {
            News::Recovered(PidMark::from_bytes(BASE64.decode(mark).ok()?.try_into().ok()?))
        }
    })
}

fn line_of(entry: &Entry) -> Line<'_> {
    let happened = match &entry.fact {
        Fact::Said { id, author, name, text } => {
            Happened::Said(*id, *author, name.as_str().into(), text.as_deref().map(Cow::Borrowed))
        }
        Fact::Deleted { of } => Happened::Deleted(*of),
        Fact::Closed => Happened::Closed,
    };
    Line(entry.seq, entry.at.timestamp_millis(), happened)
}

fn entry_of(Line(seq, at, happened): Line<'_>) -> Option<Arc<Entry>> {
    let fact = match happened {
        Happened::Said(id, author, name, text) => {
            Fact::Said { id, author, name: Alias::new(&name), text: text.map(|text| text.as_ref().into()) }
        }
        Happened::Deleted(of) => Fact::Deleted { of },
        Happened::Closed => Fact::Closed,
    };
    Some(Arc::new(Entry { seq, at: Instant::from_timestamp_millis(at)?, fact }))
}

#[cfg(test)]
mod tests {
    use nine_cloud_actors::domain::chat::LogKey;

    use super::*;

    fn said(text: Option<&str>) -> Arc<Entry> {
        let id = Oid::new(&[0xab; 16]);
        let fact =
            Fact::Said { id, author: id, name: Alias::new("졸린 구름"), text: text.map(Into::into) };
        Arc::new(Entry { seq: 812, at: Instant::from_timestamp_millis(1_795_000_000_917).unwrap(), fact })
    }

    #[test]
    fn news_are_small_and_readable() {
        let news = News::Logged { room: LogKey::Plaza, entries: vec![said(Some("안녕"))].into() };
        let id = "ab".repeat(12);
        let expected =
            format!(r#"{{"l":["plaza",[[812,1795000000917,{{"s":["{id}","{id}","졸린 구름","안녕"]}}]]]}}"#);
        assert_eq!(write(&news).unwrap(), expected);
    }

    #[test]
    fn every_kind_is_read_as_it_was_written() {
        let at = Instant::from_timestamp_millis(0).unwrap();
        let line = |fact| Arc::new(Entry { seq: 1, at, fact });
        let of = Oid::new(&[1; 16]);
        let cloud: LogKey = "rain-sad@2026-11-22".parse().unwrap();
        let entries =
            vec![said(Some("\"따옴표\"\n😀")), said(None), line(Fact::Deleted { of }), line(Fact::Closed)];
        for news in [
            News::Logged { room: cloud, entries: entries.into() },
            News::Banned(BanSubject::Person(UserId(7))),
            News::Banned(BanSubject::Address("2001:db8::1".parse().unwrap())),
            News::RoomsClosed,
            News::SessionsEnded(UserId(7)),
            News::Kicked(UserId(7)),
            News::CloudLost(UserId(7)),
            News::Notified { recipient: UserId(7), id: NotificationId(9) },
            News::Present { node: "blue-1".into(), room: LogKey::Plaza, members: 3 },
            News::NodeIs(NodeState {
                name: "blue-1".into(),
                release: "1.4.0".into(),
                sockets: 3,
                is_draining: true,
            }),
            News::Recovered(PidMark::of("pid")),
        ] {
            assert_eq!(read(write(&news).unwrap().as_bytes()), Some(news));
        }
    }

    #[test]
    fn what_a_later_release_says_is_not_misread() {
        for text in [r#"{"zz":[1]}"#, r#"{"l":["snow-sad@2026-11-22",[]]}"#, "", "null"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
