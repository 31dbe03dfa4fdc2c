//! A solution for a day, and the order in which it is looked for.

use std::time::Duration;

use chrono::{Datelike, NaiveDate};

use super::card::{HOTLINE_LINE, SAFETY_CARD};
use super::rules::{Cloud, suggest};
use super::safety::{Risk, assess};
use super::{AskModel, Solution};
use crate::domain::diary::Diary;
use crate::domain::emotion::{Emotion, Level, Weather};
use crate::domain::html::DiaryHtml;
use crate::domain::ids::{DiaryId, UserId};
use crate::domain::seoul::{Instant, date_of, midnight};
use crate::domain::solution::{Answer, Source};
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Solutions of one person on one day in Seoul. The safety card is not among them: nobody in danger is told to come back
/// tomorrow.
const SOLUTIONS_PER_DAY: u16 = 5;

/// A day as its writer tells it.
#[derive(Debug, Clone)]
pub struct Day {
    /// What was written.
    pub text: DiaryHtml,
    /// How it felt.
    pub emotion: Emotion,
    /// The writer's choice of sky.
    pub weather: Weather,
    /// How the night was.
    pub sleep: Option<Level>,
}

/// Makes a solution for a diary of the caller's own, and keeps it in place of the last one.
pub struct SolveDiary(pub DiaryId);

/// Makes a solution for a day that is not saved; keeps nothing.
pub struct SolveDay(pub Day);

/// Reads the last solution of a diary of the caller's own.
pub struct GetSolution(pub DiaryId);

impl Day {
    pub(super) fn cloud(&self) -> Cloud {
        Cloud::of(self.emotion, self.weather)
    }
}

impl From<Diary> for Day {
    fn from(diary: Diary) -> Self {
        Self { text: diary.content, emotion: diary.emotion, weather: diary.weather, sleep: diary.sleep }
    }
}

/// Not among the writes: nothing that the person does meanwhile waits for a model.
impl PersonCommand for SolveDiary {
    type Reply = Answer;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Answer> {
        let (author, ports) = (person.account.id, &person.ports);
        let found = ports.diaries.find_visible(self.0, Some(author)).await?;
        let own = found.map(|detail| detail.diary).filter(|diary| diary.author == author);
        let answer = advise(&person, own.ok_or(Refusal::DiaryNotYoursToSolve)?.into()).await?;
        let kept = ports.solutions.keep(self.0, answer.clone()).await?;
        if kept { Ok(answer) } else { Err(Refusal::DiaryNotYoursToSolve) }
    }
}

impl PersonCommand for SolveDay {
    type Reply = Answer;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Answer> {
        advise(&person, self.0).await
    }
}

impl PersonCommand for GetSolution {
    type Reply = Answer;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Answer> {
        let latest = person.ports.solutions.latest(person.account.id, self.0).await?;
        latest.ok_or(Refusal::SolutionNotFound)
    }
}

async fn advise(person: &Person, day: Day) -> Outcome<Answer> {
    let (user, ports) = (person.account.id, &person.ports);
    let now = ports.clock.now();
    let answer = |solution, source, model| Answer { solution, source, model, created_at: now };
    let risk = assess(day.text.as_str());
    if risk == Risk::Explicit {
        return Ok(answer(SAFETY_CARD.solution(), Source::Safety, None));
    }
    let today = date_of(now);
    let turn = ports.solutions.take_turn(user, today, SOLUTIONS_PER_DAY).await?;
    let turn = turn.ok_or(Refusal::SolutionsUsedUp { retry_after: until_midnight(now) })?;
    let (cloud, sleep) = (day.cloud(), day.sleep);
    if risk == Risk::None && ports.accounts.ai_consent(user).await? {
        // A full or dead mailbox is a model that is not there.
        let advice = ports.counsel.ask(AskModel { person: user, day }, Duration::ZERO).await;
        if let Ok(Some(advice)) = advice {
            return Ok(answer(advice.solution, Source::Model, Some(advice.model)));
        }
    }
    let suggestion = suggest(cloud, sleep, seed(user, today, turn));
    let solution = if risk == Risk::Unsure { with_hotline(suggestion) } else { suggestion };
    Ok(answer(solution, Source::Rules, None))
}

/// Counts up from one solution of a person to the next, because the rules never say the same for two seeds that are near.
fn seed(user: UserId, today: NaiveDate, turn: u16) -> u64 {
    let days = u64::try_from(today.num_days_from_ce()).unwrap_or_default();
    let person = user.0.unsigned_abs().wrapping_mul(1_000_003);
    person.wrapping_add(days * u64::from(SOLUTIONS_PER_DAY)).wrapping_add(turn.into())
}

fn with_hotline(mut solution: Solution) -> Solution {
    let [_, last] = &mut solution.action_tips;
    *last = format!("{last}\n{HOTLINE_LINE}");
    solution
}

fn until_midnight(now: Instant) -> Duration {
    let tomorrow = date_of(now).succ_opt().unwrap_or(NaiveDate::MAX);
    (midnight(tomorrow) - now).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{TIP_MAX_UNITS, units};
    use super::*;

    #[test]
    fn the_hotline_line_fits_every_tip() {
        for weather in [Weather::Rain, Weather::Cloud, Weather::Sun] {
            for emotion in [1.0, 3.0, 5.0].into_iter().filter_map(Emotion::new) {
                for seed in 0..135 {
                    let solution = with_hotline(suggest(Cloud::of(emotion, weather), Level::new(1), seed));
                    let [_, last] = &solution.action_tips;
                    assert!(last.ends_with(HOTLINE_LINE) && units(last) <= TIP_MAX_UNITS, "{last}");
                }
            }
        }
    }

    #[test]
    fn another_day_begins_at_midnight_in_seoul() {
        let now = "2026-11-22T14:59:59.500Z".parse().unwrap();
        assert_eq!(until_midnight(now), Duration::from_millis(500));
    }

    #[test]
    fn seeds_of_a_person_count_up_over_midnight() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let user = UserId(7);
        assert_eq!(seed(user, day(22), 5) + 1, seed(user, day(23), 1));
    }
}
