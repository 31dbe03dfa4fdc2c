//! Who may be in which room, and under which name.

use std::net::IpAddr;
use std::sync::Arc;

use super::members::Author;
use super::pseudonym::Pseudonyms;
use super::refusal::ChatRefusal;
use crate::domain::chat::{Cloud, LogKey, Oid, RoomName, alias_candidates};
use crate::domain::ids::UserId;
use crate::domain::seoul;
use crate::ports::{BanSubject, ChatPeople, Clock, DiaryStore, Ids, PortResult, Stage};
use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// How often another set of names is tried when all of one are taken.
const TRIES: usize = 8;

/// Somebody may enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The room.
    pub room: LogKey,
    /// Who they are there.
    pub author: Author,
    /// Whose messages they do not want to see there.
    pub hidden: Vec<Oid>,
}

/// What admission is decided with.
pub struct Lobby {
    /// Names and bans.
    pub people: Arc<dyn ChatPeople>,
    /// Diaries of today.
    pub diaries: Arc<dyn DiaryStore>,
    /// Ids of people.
    pub pseudonyms: Pseudonyms,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
}

impl Lobby {
    /// Where people are today in this room.
    pub fn stage(&self, room: LogKey) -> Stage {
        Stage { room, day: room.day().unwrap_or_else(|| self.today()) }
    }

    /// The day in Seoul.
    pub fn today(&self) -> chrono::NaiveDate {
        seoul::date_of(self.clock.now())
    }

    /// Whether a ban keeps this person, or everyone from this address, out.
    pub async fn refuse_banned(&self, person: Option<UserId>, address: IpAddr) -> Result<(), ChatRefusal> {
        let subjects: Vec<_> =
            person.map(BanSubject::Person).into_iter().chain([BanSubject::Address(address)]).collect();
        let banned = self.people.banned_until(&subjects, self.clock.now()).await?;
        banned.map_or(Ok(()), |_| Err(ChatRefusal::Banned))
    }

    /// The cloud of the diary that this person wrote today.
    pub async fn cloud_of(&self, person: UserId) -> PortResult<Option<Cloud>> {
        let Some(diary) = self.diaries.find_of_day(person, self.today()).await? else { return Ok(None) };
        let detail = self.diaries.find_visible(diary, Some(person)).await?;
        Ok(detail.map(|detail| Cloud::of(detail.diary.weather, detail.diary.emotion)))
    }

    /// Whether this person may be in this room now.
    pub async fn check(&self, person: UserId, room: LogKey) -> Result<(), ChatRefusal> {
        match room {
            LogKey::Plaza => Ok(()),
            LogKey::Cloud(_, day) if day != self.today() => Err(ChatRefusal::NoSuchRoom),
            LogKey::Cloud(cloud, _) if self.cloud_of(person).await? == Some(cloud) => Ok(()),
            LogKey::Cloud(..) => Err(ChatRefusal::NotYourCloud),
        }
    }

    /// Lets a person in, under the name they have there today, or a new one.
    pub async fn admit(&self, person: UserId, room: &str, address: IpAddr) -> Result<Admission, ChatRefusal> {
        let room = LogKey::read(room, self.today()).map_err(|_| ChatRefusal::NoSuchRoom)?;
        self.check(person, room).await?;
        self.refuse_banned(Some(person), address).await?;
        let stage = self.stage(room);
        let id = self.pseudonyms.of(stage, person);
        let author = self.name(stage, id).await?;
        let hidden = self.people.hidden_by(stage, id).await?;
        Ok(Admission { room, author, hidden })
    }

    /// Somebody without an account is about to speak in the plaza: they get an id of their own, and a name.
    pub async fn name_guest(&self) -> Result<Author, ChatRefusal> {
        self.name(self.stage(LogKey::Plaza), Oid::new(&self.ids.random())).await
    }

    /// Whether a person may read this room: today's like whoever may enter, an older one if they were in it, and what is
    /// still kept of it (chat.md: until the next midnight). Gives the authors that they do not want to see there.
    pub async fn check_reader(&self, person: Option<UserId>, room: LogKey) -> Result<Vec<Oid>, ChatRefusal> {
        let stage = self.stage(room);
        let reader = person.map(|person| self.pseudonyms.of(stage, person));
        if let LogKey::Cloud(_, day) = room {
            let (person, reader) = person.zip(reader).ok_or(ChatRefusal::NotYourCloud)?;
            let today = self.today();
            if day > today || day < today.pred_opt().unwrap_or(today) {
                return Err(ChatRefusal::NoSuchRoom);
            }
            let may_enter = day == today && self.check(person, room).await.is_ok();
            if !may_enter && self.people.alias_of(stage, reader).await?.is_none() {
                return Err(ChatRefusal::NotYourCloud);
            }
        }
        match reader {
            Some(reader) => Ok(self.people.hidden_by(stage, reader).await?),
            None => Ok(Vec::new()),
        }
    }

    async fn name(&self, stage: Stage, id: Oid) -> Result<Author, ChatRefusal> {
        for _ in 0..TRIES {
            let candidates = alias_candidates(self.ids.random());
            if let Some(name) = self.people.settle_alias(stage, id, candidates).await? {
                return Ok(Author { id, name });
            }
        }
        Err(ChatRefusal::Full)
    }
}

/// A person wants to enter a room.
pub struct AskAdmission {
    /// As the client calls it.
    pub room: String,
    /// Where they come from.
    pub address: IpAddr,
}

impl PersonCommand for AskAdmission {
    type Reply = Result<Admission, ChatRefusal>;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Self::Reply> {
        Ok(person.ports.lobby.admit(person.account.id, &self.room, self.address).await)
    }
}

/// A person wants to read a room; see [`Lobby::check_reader`].
pub struct ConfirmReader(pub LogKey);

impl PersonCommand for ConfirmReader {
    type Reply = Result<Vec<Oid>, ChatRefusal>;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Self::Reply> {
        Ok(person.ports.lobby.check_reader(Some(person.account.id), self.0).await)
    }
}

/// Which cloud is the person's today.
pub struct GetMyCloud;

impl PersonCommand for GetMyCloud {
    type Reply = Option<RoomName>;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Self::Reply> {
        Ok(person.ports.lobby.cloud_of(person.account.id).await?.map(RoomName::Cloud))
    }
}
