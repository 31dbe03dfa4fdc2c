//! Writing the diary of the day.

use std::time::Duration;

use super::draft::DiaryDraft;
use crate::domain::diary::{Diary, NewDiary};
use crate::domain::seoul::date_of;
use crate::ports::{PortError, UniqueKey};
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};
use crate::uploads::{Purpose, RawImage};

/// Writes the caller's diary of today, with its drawing.
pub struct PublishDiary {
    /// What was filled in.
    pub draft: DiaryDraft,
    /// What was drawn.
    pub drawing: Option<RawImage>,
}

impl PersonCommand for PublishDiary {
    type Reply = Diary;
    const LANE: Lane = Lane::Write;
    /// The client would show fireworks over a lost diary, so a full mailbox is waited for (contract §0.1), and …
    const PATIENCE: Duration = Duration::from_secs(10);
    /// … no limit counts it.
    const LIMITED: bool = false;

    async fn run(self, person: Person) -> Outcome<Diary> {
        let (author, ports) = (person.account.id, &person.ports);
        let today = date_of(ports.clock.now());
        // The unique key decides; this only spares a double click the decoding of its drawing.
        if ports.diaries.find_of_day(author, today).await?.is_some() {
            return Err(Refusal::AlreadyWrittenToday);
        }
        let drawing = match self.drawing {
            Some(raw) => Some(person.process_picture(raw, Purpose::Drawing).await?),
            None => None,
        };
        let now = ports.clock.now();
        let DiaryDraft { emotion, content, is_public, sentence, weather, temperature, humid, sleep } =
            self.draft;
        let new = NewDiary {
            author,
            date: date_of(now),
            emotion,
            drawing,
            content,
            is_public,
            sentence,
            weather,
            temperature,
            humid,
            sleep,
            created_at: now,
        };
        let has_drawing = new.drawing.is_some();
        let diary = ports.diaries.publish(new).await.map_err(|error| match error {
            PortError::Conflict(UniqueKey::DiaryOfDay) => Refusal::AlreadyWrittenToday,
            other => other.into(),
        })?;
        if has_drawing {
            person.picture_is_stored(Purpose::Drawing);
        }
        Ok(diary)
    }
}
