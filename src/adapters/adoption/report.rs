//! What became of each row: a line of JSON per change, and the sums. Ids and reasons only, nothing that people wrote.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

/// The tables of the previous service, in the order in which they are carried over; serialised under their old names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(super) enum Table {
    #[serde(rename = "Users")]
    People,
    #[serde(rename = "diaries")]
    Diaries,
    #[serde(rename = "DiaryLikes")]
    Likes,
    #[serde(rename = "comments")]
    Comments,
    #[serde(rename = "secondaryComments")]
    Replies,
}

impl Table {
    pub(super) const ALL: [Self; 5] =
        [Self::People, Self::Diaries, Self::Likes, Self::Comments, Self::Replies];

    /// As the previous service spells it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::People => "Users",
            Self::Diaries => "diaries",
            Self::Likes => "DiaryLikes",
            Self::Comments => "comments",
            Self::Replies => "secondaryComments",
        }
    }
}

/// What was done, and why. README has the list for operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    /// The address is no mail address; `adopted-<id>@nine-cloud.invalid` stands in its place.
    EmailUnusable,
    /// The address is that of another account (`other`) but for its case; replaced as above.
    EmailTaken,
    /// Blanks around the address fell off.
    EmailTrimmed,
    /// The name broke the rule of names.
    NameMended,
    /// Neither `Common` nor K, G, N: now `Common`, without a password.
    KindUnknown,
    /// Social accounts have no password.
    PasswordOfSocialAccount,
    /// No bcrypt hash.
    PasswordUnusable,
    /// Characters of the picture's address were percent-encoded.
    ImageMended,
    /// The picture's address is none of the web.
    ImageUnusable,
    /// A time was missing or none; another one of the row stands in its place.
    TimeMissing,
    /// Marked as deleted, which the previous service never heeded: kept.
    DeletedMarkIgnored,
    /// There was a later diary (`other`) of the same author and day: kept, but the calendar shows the later one.
    FurtherDiaryOfDay,
    /// The mood was missing or outside of 1–5.
    EmotionMended,
    /// Markup that the editor does not make is gone, or is spelled differently.
    ContentSanitised,
    /// The weather was none; cloud stands in its place.
    WeatherUnusable,
    /// A slider was none of 1–5: now absent.
    SliderUnusable,
    /// A blank sentence: now absent.
    SentenceBlank,
    /// The number of views was below zero: now zero.
    ViewsMended,
    /// The number of likes was not that of the likes that are there.
    LikesRecounted,
    /// Another like (`other`) of the same person for the same diary is kept.
    DoubleLike,
    /// The person is not there.
    PersonMissing,
    /// The diary is not there, or was dropped.
    DiaryMissing,
    /// The comment is not there, or was dropped.
    CommentMissing,
    /// The reply named another diary (`other`) than its comment does.
    DiaryOfReplyMended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Changed,
    Dropped,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Line {
    table: Table,
    id: i64,
    action: Action,
    why: Why,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<i64>,
}

/// What became of one row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Changes {
    table: Table,
    id: i64,
    lines: Vec<Line>,
}

impl Changes {
    pub(super) fn of(table: Table, id: i64) -> Self {
        Self { table, id, lines: Vec::new() }
    }

    /// The row is adopted, but not as it was. A reason counts once.
    pub(super) fn changed(&mut self, why: Why) {
        if !self.lines.iter().any(|line| line.why == why) {
            self.push(Action::Changed, why, None);
        }
    }

    /// The row is adopted, but not as it was, because of another one.
    pub(super) fn changed_for(&mut self, why: Why, other: i64) {
        self.push(Action::Changed, why, Some(other));
    }

    /// The row is not adopted.
    pub(super) fn dropped(&mut self, why: Why) {
        self.push(Action::Dropped, why, None);
    }

    /// The row is not adopted, because of another one.
    pub(super) fn dropped_for(&mut self, why: Why, other: i64) {
        self.push(Action::Dropped, why, Some(other));
    }

    fn push(&mut self, action: Action, why: Why, other: Option<i64>) {
        self.lines.push(Line { table: self.table, id: self.id, action, why, other });
    }

    fn is_drop(&self) -> bool {
        self.lines.iter().any(|line| line.action == Action::Dropped)
    }

    /// The reasons in the order in which they were found.
    #[cfg(test)]
    pub(super) fn reasons(&self) -> Vec<Why> {
        self.lines.iter().map(|line| line.why).collect()
    }
}

/// Writes the lines and sums them up.
pub(super) struct Journal<'a> {
    out: &'a mut dyn Write,
    summary: Summary,
}

impl<'a> Journal<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, summary: Summary::default() }
    }

    pub(super) fn write(&mut self, rows: &[Changes]) -> io::Result<()> {
        for row in rows {
            self.summary.count(row);
            for line in &row.lines {
                serde_json::to_writer(&mut *self.out, line)?;
                self.out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> io::Result<Summary> {
        self.out.flush()?;
        Ok(std::mem::take(&mut self.summary))
    }
}

/// Sums of a run; its `Display` is for people.
#[derive(Debug, Default)]
pub struct Summary {
    tables: BTreeMap<Table, Sums>,
    reasons: BTreeMap<(Table, Why), u64>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    read: u64,
    changed: u64,
    dropped: u64,
}

impl Summary {
    pub(super) fn adopted_of(&self, table: Table) -> u64 {
        self.tables.get(&table).map_or(0, |sums| sums.read - sums.dropped)
    }

    fn count(&mut self, row: &Changes) {
        let sums = self.tables.entry(row.table).or_default();
        sums.read += 1;
        if row.is_drop() {
            sums.dropped += 1;
        } else if !row.lines.is_empty() {
            sums.changed += 1;
        }
        for line in &row.lines {
            *self.reasons.entry((row.table, line.why)).or_default() += 1;
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for table in Table::ALL {
            let Sums { read, changed, dropped } = self.tables.get(&table).copied().unwrap_or_default();
            let (name, adopted) = (table.name(), read - dropped);
            writeln!(
                f,
                "{name}: {read} read, {adopted} adopted ({changed} of them changed), {dropped} dropped"
            )?;
            for ((_, why), count) in self.reasons.iter().filter(|((of, _), _)| *of == table) {
                let why = serde_json::to_string(why).map_err(|_| fmt::Error)?;
                writeln!(f, "  {} {count}", why.trim_matches('"'))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_the_row_and_the_reason_and_nothing_else() {
        let mut double = Changes::of(Table::Likes, 7);
        double.dropped_for(Why::DoubleLike, 3);
        let mut person = Changes::of(Table::People, 1);
        person.changed(Why::TimeMissing);
        person.changed(Why::TimeMissing);
        let mut out = Vec::new();
        let mut journal = Journal::new(&mut out);
        journal.write(&[person, Changes::of(Table::People, 2), double]).unwrap();
        let summary = journal.finish().unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"table\":\"Users\",\"id\":1,\"action\":\"changed\",\"why\":\"time_missing\"}\n\
             {\"table\":\"DiaryLikes\",\"id\":7,\"action\":\"dropped\",\"why\":\"double_like\",\"other\":3}\n"
        );
        assert_eq!((summary.adopted_of(Table::People), summary.adopted_of(Table::Likes)), (2, 0));
        let said = summary.to_string();
        assert!(said.starts_with(
            "Users: 2 read, 2 adopted (1 of them changed), 0 dropped\n  time_missing 1\ndiaries: 0 read"
        ));
        assert!(
            said.contains("DiaryLikes: 1 read, 0 adopted (0 of them changed), 1 dropped\n  double_like 1\n")
        );
    }
}
