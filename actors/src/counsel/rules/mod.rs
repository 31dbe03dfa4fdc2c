//! Solutions without a model: a table written by hand, by mood, weather and sleep. It is the answer whenever a model may
//! not, cannot or should not answer, so it is always there and costs nothing.

mod cloud;
mod sleep;
mod table;

pub use cloud::Cloud;

use super::Solution;
use crate::domain::emotion::Level;

/// A prime larger than any number of answers: neighbouring seeds land far apart, and no two of them on one answer.
const STRIDE: u64 = 7_919;

/// What the table says for one cloud.
struct Advice {
    titles: [&'static str; 3],
    tips: [&'static str; 6],
}

/// A solution for `cloud`; tips on sleep join in if it is known. The same seed gives the same answer; any two seeds less
/// than 45 apart give different ones, so a caller that counts up never repeats itself on a reload.
pub fn suggest(cloud: Cloud, sleep: Option<Level>, seed: u64) -> Solution {
    let advice = table::advice(cloud);
    let tips = || advice.tips.iter().chain(sleep.map_or(&[][..], sleep::tips));
    let pairs = || {
        tips().enumerate().flat_map(|(at, first)| tips().skip(at + 1).map(move |second| [*first, *second]))
    };
    let answers = || advice.titles.iter().flat_map(|title| pairs().map(move |pair| (*title, pair)));
    let count = u64::try_from(answers().count()).unwrap_or(u64::MAX).max(1);
    let place = usize::try_from((seed % count) * STRIDE % count).unwrap_or_default();
    let [title, ..] = advice.titles;
    let [first, second, ..] = advice.tips;
    let (title, tips) = answers().nth(place).unwrap_or((title, [first, second]));
    Solution { title: title.to_owned(), action_tips: tips.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::super::{reply, safety};
    use super::{Cloud, suggest};
    use crate::domain::emotion::{Level, Mood, Weather};

    fn clouds() -> impl Iterator<Item = Cloud> {
        [Mood::Sad, Mood::Soso, Mood::Happy].into_iter().flat_map(|mood| {
            [Weather::Rain, Weather::Cloud, Weather::Sun].map(|weather| Cloud { mood, weather })
        })
    }

    fn sleeps() -> impl Iterator<Item = Option<Level>> {
        (0..=5).map(Level::new)
    }

    #[test]
    fn every_answer_would_pass_as_a_models() {
        for cloud in clouds() {
            let mut checked = HashSet::new();
            for (sleep, seed) in sleeps().flat_map(|sleep| (0..108).map(move |seed| (sleep, seed))) {
                let answer = suggest(cloud, sleep, seed);
                let [first, second] = answer.action_tips.clone();
                // A text that passed once passes again; only answers with a new one are worth the time.
                if [answer.title.clone(), first, second].map(|text| checked.insert(text)).contains(&true) {
                    let json = serde_json::to_string(&answer).unwrap();
                    assert_eq!(reply::validate(&json).as_ref(), Ok(&answer), "{answer:?}");
                }
            }
        }
    }

    #[test]
    fn a_reload_gives_another_answer() {
        for cloud in clouds() {
            for sleep in sleeps() {
                let answers: HashSet<String> = (1_000..1_045)
                    .map(|seed| serde_json::to_string(&suggest(cloud, sleep, seed)).unwrap())
                    .collect();
                assert_eq!(answers.len(), 45);
            }
        }
    }

    #[test]
    fn no_title_or_tip_is_said_twice_in_the_table() {
        let mut said = HashSet::new();
        for cloud in clouds() {
            let advice = super::table::advice(cloud);
            assert!(advice.titles.iter().chain(&advice.tips).all(|text| said.insert(*text)));
        }
    }

    #[test]
    fn a_bad_night_is_spoken_of() {
        let cloud = Cloud { mood: Mood::Soso, weather: Weather::Cloud };
        let nights = |sleep: u8| -> HashSet<String> {
            (0..200).flat_map(|seed| suggest(cloud, Level::new(sleep), seed).action_tips).collect()
        };
        assert_ne!(nights(1), nights(5));
        assert_eq!(nights(0).len(), 6, "an unknown night is not spoken of");
    }

    proptest! {
        #[test]
        fn the_tips_differ_and_a_seed_is_kept(seed: u64, sleep in 0_u8..8, at in 0_usize..9) {
            let cloud = clouds().nth(at).unwrap();
            let answer = suggest(cloud, Level::new(sleep), seed);
            prop_assert_ne!(&answer.action_tips[0], &answer.action_tips[1]);
            prop_assert_eq!(&answer, &suggest(cloud, Level::new(sleep), seed));
            prop_assert_ne!(&answer, &suggest(cloud, Level::new(sleep), seed ^ 1));
            prop_assert!(safety::assess(&answer.title) == safety::Risk::None);
        }
    }
}
