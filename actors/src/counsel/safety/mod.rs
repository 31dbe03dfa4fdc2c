//! The local safety check: does a text speak of suicide or self-harm?
//!
//! It runs before and after any model, without network, in linear time. It reads the text the way a person does
//! ([`letters`]) and takes out everyday idioms ([`tables::idioms`]). Two readers then look at it:
//!
//! * the tables know what is said outright. They look for forms of speech ([`tables`]), weigh each by what stands around
//!   it ([`tables::context`]) and, if nothing was found, look for words that only mean something together
//!   ([`tables::pairs`]);
//! * the [`hints`] were taught what is said without the words, from labelled sentences.
//!
//! A model's words are read by the tables alone ([`assess_advice`]).
//! What the tables call explicit stays explicit, whatever the hints say; between their doubts, the hints decide. Neither
//! understands; they are built to err towards a hotline number and away from calling every tired sigh a crisis.
//!
//! # What counts as caught
//!
//! [`Risk::Explicit`] answers with the fixed card (`source: "safety"`), [`Risk::Unsure`] with the rules and one line with
//! the hotline (`source: "rules"`), and in both cases no model sees the text. So there are two figures of recall, "card"
//! and "card or line", and two of false alarms. A line under an ordinary suggestion costs a sad but safe writer little,
//! a card in its place costs more; a hint that gets neither costs most. `actors/tests/counsel_safety.rs` prints all of
//! them for the sentences it was made with and for sentences held out.

mod hints;
mod jamo;
mod letters;
mod pattern;
mod tables;
mod visible;

use std::sync::LazyLock;

use letters::{Gap, Letter};
use pattern::Index;
use tables::pairs::{PAIR_REACH, PAIRS};
use tables::{Group, Subject, context};

/// How much a text speaks of suicide or self-harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Nothing of the kind; an ordinary answer.
    None,
    /// It may, or it speaks of others or of the past: an answer from the rules, with the hotline line.
    Unsure,
    /// It does: the fixed card, nothing else.
    Explicit,
}

/// Letters before a match in which its subject and its frame are looked for.
const LOOK_BACK: usize = 40;

/// Last syllables of particles and of verb and adverb endings; a word with one of them is taken for no bare noun.
const ENDINGS: &str =
    "고서어아해제터게지니까다도로에히려러며나데야워여자리대네요와과마처럼는면땐엔선만을를싶각쯤";

/// Stands for a letter of an idiom; in no pattern.
const BLANKED: char = '\u{0}';

struct Tables {
    idioms: Index<()>,
    risks: Index<&'static Group>,
    /// Which pair a meaning belongs to, and whether as its second.
    pairs: Index<(usize, bool)>,
    fiction: Index<()>,
    people: Index<bool>,
    faded: Vec<pattern::Pattern>,
    reported: Vec<pattern::Pattern>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    idioms: Index::new(tables::idioms::IDIOMS.iter().map(|line| (*line, ()))),
    risks: Index::new(tables::groups().flat_map(|group| group.lines.iter().map(move |line| (*line, group)))),
    pairs: Index::new(
        PAIRS
            .iter()
            .enumerate()
            .flat_map(|(pair, (one, other))| [(*one, (pair, false)), (*other, (pair, true))]),
    ),
    fiction: Index::new(context::FICTION_BEFORE.iter().map(|line| (*line, ()))),
    people: Index::new(context::PEOPLE.iter().copied()),
    faded: context::FADED_AFTER.iter().map(|line| pattern::Pattern::new(line)).collect(),
    reported: context::REPORTED_AFTER.iter().map(|line| pattern::Pattern::new(line)).collect(),
});

/// Above this score a stretch speaks of the writer's own death or harm. This and the two below were set by what they do to
/// sentences set aside while learning and to two held-out sets, which were learned from afterwards.
const CARD_ABOVE: f32 = 6.0;

/// Above this one it may.
const UNSURE_ABOVE: f32 = 1.0;

/// Below this, what the tables are unsure about is an ordinary line that happens to use the words.
const ORDINARY_BELOW: f32 = -8.0;

/// How much `text`, plain or HTML, speaks of suicide or self-harm. Never panics. Linear in the text: 0.4 ms
/// of CPU for a diary of 200 letters, 17 ms (at worst 40 ms) for 10,000; the first call compiles the tables in 10 ms.
pub fn assess(text: &str) -> Risk {
    let mut letters = letters::of(text);
    blank_idioms(&mut letters);
    let told = by_tables(&letters);
    if told.risk == Risk::Explicit {
        return Risk::Explicit;
    }
    let score = hints::score(&letters);
    match () {
        () if score > CARD_ABOVE && !told.anothers => Risk::Explicit,
        () if score > UNSURE_ABOVE => Risk::Unsure,
        () if score < ORDINARY_BELOW => Risk::None,
        () => told.risk,
    }
}

/// The same of what a model says, by the tables alone: the hints were taught with what people write about themselves, and
/// a good piece of advice (`마음의 짐을 내려놓고 쉬어 보세요`) has much in common with it.
pub fn assess_advice(text: &str) -> Risk {
    let mut letters = letters::of(text);
    blank_idioms(&mut letters);
    by_tables(&letters).risk
}

/// What the tables say.
struct Told {
    risk: Risk,
    /// An explicit form was found, but of somebody else, of the past, of fiction.
    anothers: bool,
}

fn by_tables(letters: &[Letter]) -> Told {
    let mut told = Told { risk: Risk::None, anothers: false };
    for start in 0..letters.len() {
        for (end, group) in TABLES.risks.at(letters, start) {
            let risk = weigh(letters, start, end, group);
            told.anothers |= group.risk == Risk::Explicit && risk < Risk::Explicit;
            told.risk = told.risk.max(risk);
            if told.risk == Risk::Explicit {
                return told;
            }
        }
    }
    if told.risk == Risk::None && has_pair(letters) {
        told.risk = Risk::Unsure;
    }
    told
}

/// Whether two meanings of a pair stand close together.
fn has_pair(letters: &[Letter]) -> bool {
    // Where each half of each pair was last seen.
    let mut seen = [[None; 2]; PAIRS.len()];
    (0..letters.len()).any(|start| {
        TABLES.pairs.at(letters, start).any(|(_, (pair, second))| {
            let Some(halves) = seen.get_mut(pair) else { return false };
            let [first_half, second_half] = halves;
            let (own, other) = if second { (second_half, first_half) } else { (first_half, second_half) };
            *own = Some(start);
            other.is_some_and(|other: usize| start - other <= PAIR_REACH)
        })
    })
}

/// What a reader sees of `html`: tags gone, entities decoded. Not fit to be shown as HTML.
pub(super) fn visible_text(html: &str) -> String {
    visible::text(html)
}

fn blank_idioms(letters: &mut [Letter]) {
    let mut start = 0;
    while start < letters.len() {
        let longest = TABLES.idioms.at(letters, start).map(|(end, ())| end).max();
        if let Some(idiom) = longest.and_then(|end| letters.get_mut(start..end)) {
            for letter in idiom {
                letter.char = BLANKED;
            }
        }
        start = longest.map_or(start + 1, |end| end.max(start + 1));
    }
}

/// The weight of a match of `group` from `start` to `end`, its surroundings considered.
fn weigh(letters: &[Letter], start: usize, end: usize, group: &Group) -> Risk {
    let before = sentence_before(letters, start);
    let fiction = (0..before.len()).any(|at| TABLES.fiction.at(before, at).next().is_some());
    if group.subject == Subject::Named && (fiction || names_another(before, letters.get(start), group.risk)) {
        return Risk::None;
    }
    if group.risk < Risk::Explicit {
        return group.risk;
    }
    let follows =
        |patterns: &[pattern::Pattern]| patterns.iter().any(|pattern| pattern.follows(letters, end));
    let anothers = (0..before.len())
        .rev()
        .find_map(|at| TABLES.people.at(before, at).next())
        .is_some_and(|(_, own)| !own);
    if fiction || follows(&TABLES.faded) || (anothers && follows(&TABLES.reported)) {
        Risk::Unsure
    } else {
        group.risk
    }
}

/// The letters of the same sentence before `start`, [`LOOK_BACK`] at most.
fn sentence_before(letters: &[Letter], start: usize) -> &[Letter] {
    let ended = letters.get(start).is_some_and(|letter| letter.gap == Gap::Sentence);
    let all = letters.get(..start).filter(|_| !ended).unwrap_or_default();
    let recent = all.len().saturating_sub(LOOK_BACK);
    let from = all.iter().rposition(|letter| letter.gap == Gap::Sentence).map_or(recent, |at| at.max(recent));
    all.get(from..).unwrap_or_default()
}

/// Whether the sentence so far names somebody or something else as the subject: the nearest word with a subject particle.
/// A bare noun right before the match (`층간소음 좀 없어졌으면`) counts too, but only against an unsure form, for it is a guess.
fn names_another(before: &[Letter], first: Option<&Letter>, risk: Risk) -> bool {
    let mut words = words(before);
    if first.is_some_and(|letter| letter.gap == Gap::None) {
        // Written together with the match; no word of its own.
        words.pop();
    }
    for (distance, word) in
        words.iter().rev().filter(|word| !context::NO_SUBJECTS.contains(&word.as_str())).enumerate()
    {
        if context::WRITER.contains(&word.as_str()) {
            return false;
        }
        let last = word.chars().next_back().unwrap_or_default();
        let long = word.chars().count() > 1;
        let guessed = risk < Risk::Explicit && distance == 0 && !ENDINGS.contains(last);
        if long && (guessed || "이가은들의".contains(last)) {
            return true;
        }
    }
    false
}

/// The words of `letters`.
fn words(letters: &[Letter]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in letters {
        match words.last_mut().filter(|_| letter.gap == Gap::None) {
            Some(word) => word.push(letter.char),
            None => words.push(letter.char.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::{Risk, assess};

    #[test]
    fn wishes_plans_and_disguises_are_explicit() {
        for text in [
            "죽고 싶다",
            "<p>죽<b>고</b> 싶&#45796;</p>",
            "자살할까",
            "ㅈㅏㅅㅏㄹ하고 싶다",
            "듀거싶다",
            "뒤지고싶다",
        ] {
            assert_eq!(assess(text), Risk::Explicit, "{text}");
        }
    }

    #[test]
    fn a_passed_thought_fiction_and_others_words_are_unsure() {
        for text in [
            "죽고 싶다는 생각이 사라졌다",
            "영화에서 주인공이 자살하려고 하는 장면이 슬펐다",
            "친구가 죽고 싶다고 해서 밤새 이야기를 들어 줬다",
        ] {
            assert_eq!(assess(text), Risk::Unsure, "{text}");
        }
    }

    #[test]
    fn idioms_and_lookalikes_are_nothing() {
        for text in [
            "배고파 죽겠다",
            "자 살펴보자",
            "시간을 죽이다",
            "혼자살고싶다",
            "",
            "모기가 다 없어졌으면 좋겠다",
        ] {
            assert_eq!(assess(text), Risk::None, "{text}");
        }
    }

    #[test]
    fn an_idiom_does_not_hide_what_follows_it() {
        assert_eq!(assess("웃겨 죽는 줄 알았는데 집에 오니 죽고 싶다"), Risk::Explicit);
    }

    #[test]
    fn ten_thousand_letters_take_less_than_fifty_milliseconds() {
        // An unoptimised build is some twenty times slower; the best of three, because a test shares its machine.
        let limit = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 50 });
        assess("");
        for piece in [
            "오늘도 비가 왔고 나는 집에서 책을 읽었다. ",
            "나",
            "내가 ",
            "죽",
            "이제 그만 ",
            "더 이상 나는 ",
            "<&ㄱ",
        ] {
            let text: String = piece.chars().cycle().take(10_000).collect();
            let took = (0..3).map(|_| {
                let begun = Instant::now();
                assess(&text);
                begun.elapsed()
            });
            let best = took.min().unwrap_or_default();
            println!("{best:?} for {piece:?}");
            assert!(best < limit, "{piece}: {best:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r"(\PC|[죽고싶다자살나ㅈㅅㅏㄹ<>&;#.\n ]){0,200}") {
            assess(&text);
        }
    }
}
