//! Who is in a room: sockets, the people behind them, and the names of people.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::parcel::{LineId, SocketKey};
use crate::domain::chat::{Alias, LoginName, Oid};
use crate::domain::ids::UserId;

/// Somebody's typing is passed on at most this often (chat.md).
const TYPING_EVERY: Duration = Duration::from_secs(1);

/// One socket in the room.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) line: LineId,
    /// `None` until somebody without an account has a name.
    pub(super) author: Option<Author>,
    pub(super) person: Option<UserId>,
    /// Others were told of this one in words, as the existing client expects, and will be told that it left.
    pub(super) was_announced: bool,
    /// Wants presence and typing.
    pub(super) is_curious: bool,
    typed: Option<(Instant, bool)>,
    former: Option<SocketKey>,
}

impl Member {
    pub(super) fn new(line: LineId, author: Option<Author>, person: Option<UserId>) -> Self {
        Self { line, author, person, was_announced: false, is_curious: false, typed: None, former: None }
    }
}

/// What others know of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Their id in this room.
    pub id: Oid,
    /// Their name in this room.
    pub name: Alias,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Members {
    sockets: HashMap<SocketKey, Member>,
    /// Those that moved, by the key of before: their receipts are on the way still.
    moved: HashMap<SocketKey, SocketKey>,
    /// Sockets per named person.
    authors: HashMap<Oid, usize>,
    nameless: usize,
    /// Who has which name, by the part that is shown.
    names: HashMap<String, Oid>,
    lines: Vec<usize>,
    curious: usize,
}

/// How the people of the room changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) joined: Option<Alias>,
    pub(super) left: Option<Alias>,
}

impl Members {
    /// People in the room: somebody with two sockets is one.
    pub(super) fn count(&self) -> usize {
        self.authors.len() + self.nameless
    }

    pub(super) fn sockets(&self) -> usize {
        self.sockets.len()
    }

    pub(super) fn get(&self, socket: SocketKey) -> Option<&Member> {
        self.sockets.get(&socket)
    }

    pub(super) fn keys_where(&self, test: impl Fn(&Member) -> bool) -> Vec<SocketKey> {
        self.sockets.iter().filter(|(_, member)| test(member)).map(|(key, _)| *key).collect()
    }

    /// Whether a line has members at its end.
    pub(super) fn has_line(&self, line: LineId) -> bool {
        self.lines.get(line.0).is_some_and(|members| *members > 0)
    }

    /// Whether anybody wants presence and typing.
    pub(super) fn has_curious(&self) -> bool {
        self.curious > 0
    }

    pub(super) fn add(&mut self, socket: SocketKey, member: Member) -> Change {
        let change = self.appear(member.author.as_ref());
        self.count_line(member.line);
        self.curious += usize::from(member.is_curious);
        self.sockets.insert(socket, member);
        change
    }

    pub(super) fn remove(&mut self, socket: SocketKey) -> Option<(Member, Change)> {
        let member = self.sockets.remove(&socket)?;
        if let Some(former) = member.former {
            self.moved.remove(&former);
        }
        self.uncount_line(member.line);
        self.curious -= usize::from(member.is_curious);
        let change = self.vanish(member.author.as_ref());
        Some((member, change))
    }

    /// The same member under another key, on another line.
    pub(super) fn rehome(&mut self, old: SocketKey, new: SocketKey, line: LineId) -> Option<&Member> {
        let mut member = self.sockets.remove(&old)?;
        self.uncount_line(member.line);
        member.line = line;
        self.count_line(line);
        member.former = Some(old);
        self.moved.insert(old, new);
        Some(self.sockets.entry(new).or_insert(member))
    }

    /// The key that a socket has now.
    pub(super) fn key_now(&self, socket: SocketKey) -> SocketKey {
        self.moved.get(&socket).copied().unwrap_or(socket)
    }

    /// From now on the socket is known under this name.
    pub(super) fn rename(&mut self, socket: SocketKey, author: &Author, announced: bool) -> Change {
        let Some(member) = self.sockets.get_mut(&socket) else { return Change::default() };
        member.was_announced |= announced;
        let before = member.author.replace(author.clone());
        let left = self.vanish(before.as_ref()).left;
        let joined = self.appear(Some(author)).joined;
        Change { joined, left }
    }

    /// The name under which somebody may log in: the one they wish, or one near it when it is reserved or somebody else's.
    /// `spare` takes the place of a name that may not be shown at all.
    pub(super) fn free_name(&self, wished: &LoginName, author: Oid, spare: &str) -> Alias {
        let is_free = |name: &str| {
            let alone = name.split('.').next().unwrap_or_default();
            let is_others = |name| self.names.get(&shown(name)).is_some_and(|owner| *owner != author);
            !is_others(name) && !is_others(alone)
        };
        let wish = if wished.is_reserved() { spare } else { wished.as_str() };
        if is_free(wish) {
            return Alias::new(wish);
        }
        let (shown, rest) = wish.split_once('.').map_or((wish, ""), |(shown, rest)| (shown, rest));
        let dot = if rest.is_empty() { "" } else { "." };
        let mut numbered = (2..).map(|number| format!("{} {number}{dot}{rest}", shown.trim()));
        // Endless, so one is free.
        numbered.find(|name| is_free(name)).map_or_else(|| Alias::new(spare), |name| Alias::new(&name))
    }

    /// Whether this is to be passed on now.
    pub(super) fn may_type(&mut self, socket: SocketKey, is_on: bool, now: Instant) -> Option<Author> {
        let member = self.sockets.get_mut(&socket)?;
        let author = member.author.clone()?;
        let passes = match member.typed {
            None => is_on,
            // That somebody stopped is news only once, but never held back.
            Some((_, was_on)) if !is_on => was_on,
            Some((at, _)) => now.duration_since(at) >= TYPING_EVERY,
        };
        if passes {
            let at = if is_on { now } else { member.typed.map_or(now, |(at, _)| at) };
            member.typed = Some((at, is_on));
        }
        passes.then_some(author)
    }

    fn appear(&mut self, author: Option<&Author>) -> Change {
        let Some(author) = author else {
            self.nameless += 1;
            return Change::default();
        };
        let sockets = self.authors.entry(author.id).or_default();
        *sockets += 1;
        let is_new = *sockets == 1;
        self.names.insert(shown(author.name.as_str()), author.id);
        Change { joined: is_new.then(|| author.name.clone()), left: None }
    }

    fn vanish(&mut self, author: Option<&Author>) -> Change {
        let Some(author) = author else {
            self.nameless = self.nameless.saturating_sub(1);
            return Change::default();
        };
        let Some(sockets) = self.authors.get_mut(&author.id) else { return Change::default() };
        *sockets -= 1;
        if *sockets > 0 {
            return Change::default();
        }
        self.authors.remove(&author.id);
        let name = shown(author.name.as_str());
        if self.names.get(&name) == Some(&author.id) {
            self.names.remove(&name);
        }
        Change { joined: None, left: Some(author.name.clone()) }
    }

    fn uncount_line(&mut self, line: LineId) {
        if let Some(members) = self.lines.get_mut(line.0) {
            *members -= 1;
        }
    }

    fn count_line(&mut self, line: LineId) {
        if self.lines.len() <= line.0 {
            self.lines.resize(line.0 + 1, 0);
        }
        self.lines[line.0] += 1;
    }
}

/// Names that people would take for the same are the same. A login name has a UUID behind its first dot, which the old
/// page hides but tells people apart by: with it, two of one shown name may be in the room.
fn shown(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(byte: u8, name: &str) -> Author {
        Author { id: Oid::new(&[byte; 16]), name: Alias::new(name) }
    }

    fn joined(name: &str) -> Change {
        Change { joined: Some(Alias::new(name)), left: None }
    }

    fn left(name: &str) -> Change {
        Change { joined: None, left: Some(Alias::new(name)) }
    }

    #[test]
    fn somebody_with_two_sockets_is_one_person() {
        let (mut members, line) = (Members::default(), LineId(0));
        let (first, second) = (SocketKey::fresh(), SocketKey::fresh());
        assert_eq!(members.add(first, Member::new(line, Some(author(1, "구름")), None)), joined("구름"));
        assert_eq!(members.add(second, Member::new(line, Some(author(1, "구름")), None)), Change::default());
        assert_eq!((members.count(), members.sockets()), (1, 2));
        assert_eq!(members.remove(first).unwrap().1, Change::default());
        assert_eq!(members.remove(second).unwrap().1, left("구름"));
        assert_eq!(members.count(), 0);
        assert!(!members.has_line(line));
    }

    #[test]
    fn whoever_moves_is_found_under_the_key_of_before_while_they_are_here() {
        let (mut members, old, new) = (Members::default(), SocketKey::fresh(), SocketKey::fresh());
        members.add(old, Member::new(LineId(0), Some(author(1, "구름")), None));
        members.rehome(old, new, LineId(1)).unwrap();
        assert_eq!((members.key_now(old), members.key_now(new)), (new, new));
        assert!(members.has_line(LineId(1)) && !members.has_line(LineId(0)));
        members.remove(new).unwrap();
        assert_eq!(members.key_now(old), old);
    }

    #[test]
    fn somebody_without_a_name_counts_and_may_get_one() {
        let mut members = Members::default();
        let socket = SocketKey::fresh();
        assert_eq!(members.add(socket, Member::new(LineId(0), None, None)), Change::default());
        assert_eq!(members.count(), 1);
        assert_eq!(members.rename(socket, &author(1, "해"), true), joined("해"));
        let renamed = Change { joined: Some(Alias::new("달")), left: Some(Alias::new("해")) };
        assert_eq!(members.rename(socket, &author(2, "달"), true), renamed);
        assert_eq!(members.count(), 1);
    }

    #[test]
    fn a_name_is_given_once_and_system_never() {
        let mut members = Members::default();
        members.add(SocketKey::fresh(), Member::new(LineId(0), Some(author(1, "행복한 구름. 1-2")), None));
        members.add(SocketKey::fresh(), Member::new(LineId(0), Some(author(3, "졸린 해")), None));
        let wish = |text: &str, byte| {
            let wished = LoginName::parse(text).unwrap();
            members.free_name(&wished, Oid::new(&[byte; 16]), "조용한 별").as_str().to_owned()
        };
        assert_eq!(wish("행복한 구름. 1-2", 2), "행복한 구름 2. 1-2");
        assert_eq!(wish("행복한 구름. 1-2", 1), "행복한 구름. 1-2", "one's own name is free");
        assert_eq!(wish("행복한 구름. 3-4", 2), "행복한 구름. 3-4");
        assert_eq!(wish("졸린 해. 3-4", 2), "졸린 해 2. 3-4", "it would be shown as a name that is taken");
        assert_eq!(wish("system", 2), "조용한 별");
    }

    #[test]
    fn typing_is_passed_on_once_a_second_and_its_end_at_once() {
        let mut members = Members::default();
        let (socket, start) = (SocketKey::fresh(), Instant::now());
        members.add(socket, Member::new(LineId(0), Some(author(1, "구름")), None));
        let mut at =
            |millis, is_on| members.may_type(socket, is_on, start + Duration::from_millis(millis)).is_some();
        assert!(!at(0, false));
        assert!(at(0, true));
        assert!(!at(900, true));
        assert!(at(950, false));
        assert!(!at(960, false));
        assert!(!at(970, true));
        assert!(at(1000, true));
    }
}
