//! Taking over the database of the previous service (`nine-cloud adopt`).
//!
//! One run reads one snapshot of the old database and never writes there ([`source`]). It looks through everything
//! once, because what becomes of a row may depend on others ([`survey`]), then carries the tables over in pages: a page
//! is one transaction in the new database. [`rules`] says, row by row and without any database, what is kept, changed
//! and dropped, and why; [`report`] is where that goes. A run that was killed is started over: what it left is cleared
//! first, so that the result and the report are of one snapshot.

mod old;
mod report;
mod rules;
mod source;
mod survey;

use std::collections::HashMap;
use std::io::Write;

use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{Clock, PortError};

pub use report::Summary;
pub use source::SourceError;

use super::sql::{AdoptedCounts, AdoptedRows, Beginning, SqlStore};
use old::{OldComment, OldDiary, OldLike, OldPerson, OldReply, OldRow};
use report::{Changes, Journal, Table};
use source::Source;
use survey::Survey;

/// Why a database was not adopted, or not to the end.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The old database cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The new database did not do what was asked.
    #[error("the new database failed")]
    Target(#[from] PortError),
    /// People live in the new database, and not from an unfinished run.
    #[error("the new database holds people already: give an empty one in DATABASE_URL")]
    NotEmpty,
    /// Another run began on the new database and has stopped this one.
    #[error("another run of `adopt` has taken over the new database")]
    TakenOver,
    /// The new database holds other rows than were put there.
    #[error(
        "the new database does not hold what was put there: is a server running on it? stop it and run `adopt` again"
    )]
    Miscounted,
    /// The report cannot be written.
    #[error("the report cannot be written")]
    Report(#[from] std::io::Error),
}

/// The database to be filled; its schema must be up to date, and no server may use it.
pub struct Target<'a> {
    /// The database.
    pub store: &'a SqlStore,
    /// A name that no other run has: 32 hex digits.
    pub run: String,
    /// Says when the run began and ended.
    pub clock: &'a dyn Clock,
}

/// Reads the old database at `from` and fills `target`; without one nothing is written, but the report is the same.
/// `report` gets a line of JSON for every row that is changed or dropped.
pub async fn adopt(
    from: &Secret,
    target: Option<Target<'_>>,
    report: &mut dyn Write,
) -> Result<Summary, AdoptError> {
    let mut source = Source::open(from).await?;
    if let Some(target) = &target {
        target.begin().await?;
    }
    let survey = look_through(&mut source).await?;
    let mut run = Run { source, target, journal: Journal::new(report) };
    run.carry_all(&survey).await?;
    let summary = run.journal.finish()?;
    if let Some(target) = &run.target {
        target.finish(summary.adopted()).await?;
    }
    Ok(summary)
}

async fn look_through(source: &mut Source) -> Result<Survey, SourceError> {
    let mut survey = Survey::default();
    source.each(|person: OldPerson| survey.see_person(&person)).await?;
    source.each(|diary: OldDiary| survey.see_diary(&diary)).await?;
    survey.settle_addresses();
    source.each(|like: OldLike| survey.see_like(&like)).await?;
    Ok(survey)
}

struct Run<'a> {
    source: Source,
    target: Option<Target<'a>>,
    journal: Journal<'a>,
}

impl Run<'_> {
    /// Parents before children.
    async fn carry_all(&mut self, survey: &Survey) -> Result<(), AdoptError> {
        let person = |old: OldPerson, changes: &mut Changes| {
            let lost_to = survey.address_lost_to(old.id);
            Some(rules::people::adopt(old, lost_to, changes))
        };
        self.carry(person, AdoptedRows::People).await?;
        let diary = |old: OldDiary, changes: &mut Changes| {
            let facts = survey.facts_of(&old);
            rules::diaries::adopt(old, &facts, changes)
        };
        self.carry(diary, AdoptedRows::Diaries).await?;
        let like = |old: OldLike, changes: &mut Changes| rules::likes::adopt(&old, survey, changes);
        self.carry(like, AdoptedRows::Likes).await?;
        let mut diary_of_comment = HashMap::new();
        let comment = |old: OldComment, changes: &mut Changes| {
            let adopted = rules::comments::adopt(old, survey, changes)?;
            diary_of_comment.insert(adopted.id, adopted.diary);
            Some(adopted)
        };
        self.carry(comment, AdoptedRows::Comments).await?;
        let reply = |old: OldReply, changes: &mut Changes| {
            let diary = old.comment.and_then(|comment| diary_of_comment.get(&comment).copied());
            rules::replies::adopt(old, diary, survey, changes)
        };
        self.carry(reply, AdoptedRows::Replies).await
    }

    async fn carry<O: OldRow, N>(
        &mut self,
        mut rule: impl FnMut(O, &mut Changes) -> Option<N>,
        wrap: fn(Vec<N>) -> AdoptedRows,
    ) -> Result<(), AdoptError> {
        let mut after = None;
        loop {
            let page = self.source.page::<O>(after).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id());
            let mut all_changes = Vec::with_capacity(page.len());
            let mut adopted = Vec::with_capacity(page.len());
            for old in page {
                let mut changes = Changes::of(O::TABLE, old.id());
                adopted.extend(rule(old, &mut changes));
                all_changes.push(changes);
            }
            if let Some(target) = self.target.as_ref().filter(|_| !adopted.is_empty()) {
                target.put(wrap(adopted)).await?;
            }
            self.journal.write(&all_changes)?;
        }
    }
}

impl Target<'_> {
    async fn begin(&self) -> Result<(), AdoptError> {
        match self.store.begin_adoption(&self.run, self.clock.now()).await? {
            Beginning::Fresh => return Ok(()),
            Beginning::NotEmpty => return Err(AdoptError::NotEmpty),
            Beginning::AfterUnfinishedRun => tracing::info!("starting over after a run that did not end"),
        }
        while self.store.clear_adopted(&self.run).await?.ok_or(AdoptError::TakenOver)? > 0 {}
        Ok(())
    }

    async fn put(&self, rows: AdoptedRows) -> Result<(), AdoptError> {
        if self.store.adopt(&self.run, rows).await? { Ok(()) } else { Err(AdoptError::TakenOver) }
    }

    async fn finish(&self, expected: AdoptedCounts) -> Result<(), AdoptError> {
        let found = self.store.finish_adoption(&self.run, expected, self.clock.now()).await?;
        if found.ok_or(AdoptError::TakenOver)? == expected { Ok(()) } else { Err(AdoptError::Miscounted) }
    }
}

impl Summary {
    fn adopted(&self) -> AdoptedCounts {
        AdoptedCounts {
            people: self.adopted_of(Table::People),
            diaries: self.adopted_of(Table::Diaries),
            likes: self.adopted_of(Table::Likes),
            comments: self.adopted_of(Table::Comments),
            replies: self.adopted_of(Table::Replies),
        }
    }
}
