//! The safety check against labelled sentences (`tests/data/safety.tsv`, whose head says what the labels mean).
//! `SAFETY_SET=/path/to/other.tsv` measures another set in the same format instead; `-- --nocapture` shows the figures.

use nine_cloud_actors::counsel::safety::{Risk, assess};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/safety.tsv");
const LESSONS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/safety_lessons.tsv"));
const HELD_OUT: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/safety_held_out.tsv"));

/// A labelled set with what the check says of each sentence.
struct Assessed<'a>(Vec<(&'a str, &'a str, Risk)>);

impl<'a> Assessed<'a> {
    fn read(set: &'a str) -> Self {
        let lines = set.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let labelled = lines.map(|line| line.split_once('\t').unwrap_or_else(|| panic!("no tab in: {line}")));
        let assessed = Self(labelled.map(|(label, text)| (label, text, assess(text))).collect());
        let known = ["explicit", "implicit", "idiom", "everyday"];
        assert!(assessed.0.iter().all(|(label, ..)| known.contains(label)), "a label is misspelt");
        assessed
    }

    /// Percent of the sentences with one of `labels` that are at least as risky as `risk`.
    fn share(&self, labels: &[&str], risk: Risk) -> f64 {
        let those = self.0.iter().filter(|(label, ..)| labels.contains(label));
        let (all, found) =
            those.fold((0_u32, 0_u32), |(all, found), (.., its)| (all + 1, found + u32::from(*its >= risk)));
        100.0 * f64::from(found) / f64::from(all.max(1))
    }

    /// The sentences with `label` whose risk is not as `wanted`.
    fn misses(&self, label: &str, wanted: impl Fn(Risk) -> bool) -> Vec<&'a str> {
        let those = self.0.iter().filter(|(its, _, risk)| *its == label && !wanted(*risk));
        those.map(|(_, text, _)| *text).collect()
    }

    fn print(&self, name: &str) {
        println!("{name}");
        for label in ["explicit", "implicit", "idiom", "everyday"] {
            let count = self.0.iter().filter(|(its, ..)| *its == label).count();
            let [card, either] = [Risk::Explicit, Risk::Unsure].map(|risk| self.share(&[label], risk));
            println!("  {label:<9} {count:>5} sentences, card {card:>5.1} %, card or line {either:>5.1} %");
        }
    }
}

/// What was reached on sentences that nothing was made with. The aim is 95 % of recall (card or line) and 5 % of false
/// alarms; these are floors below what is reached, so that nobody loses it unawares.
#[test]
fn held_out_sentences_are_measured() {
    let set = Assessed::read(HELD_OUT);
    set.print("held out");
    let (risky, safe) = (["explicit", "implicit"], ["idiom", "everyday"]);
    let recall = set.share(&risky, Risk::Unsure);
    let alarms = set.share(&safe, Risk::Unsure);
    println!(
        "  recall {recall:.1} % (card {:.1} %), aim 95 %; false alarms {alarms:.1} % (card {:.1} %), aim 5 %",
        set.share(&risky, Risk::Explicit),
        set.share(&safe, Risk::Explicit)
    );
    assert!(recall >= 85.0 && alarms <= 10.0);
    assert!(set.share(&["explicit"], Risk::Unsure) >= 90.0);
    assert!(set.share(&safe, Risk::Explicit) <= 6.0);
}

/// The sentences that the hints were taught with: explicit forms are caught and idioms are not, all of them.
#[test]
fn lessons_are_learned() {
    let set = Assessed::read(LESSONS);
    set.print("lessons");
    let not_explicit = set.misses("explicit", |risk| risk == Risk::Explicit);
    let mistaken = set.misses("idiom", |risk| risk == Risk::None);
    assert!(not_explicit.is_empty() && mistaken.is_empty(), "{not_explicit:#?} {mistaken:#?}");
    assert!(set.share(&["implicit"], Risk::Unsure) >= 98.0 && set.share(&["everyday"], Risk::Unsure) <= 2.0);
}

#[test]
fn labelled_sentences_are_told_apart() {
    let other = std::env::vars().find(|(name, _)| name == "SAFETY_SET").map(|(_, path)| path);
    let file = std::fs::read_to_string(other.as_deref().unwrap_or(SHIPPED)).unwrap();
    let set = Assessed::read(&file);
    set.print(other.as_deref().unwrap_or("shipped"));

    let not_explicit = set.misses("explicit", |risk| risk == Risk::Explicit);
    let unseen = set.misses("implicit", |risk| risk > Risk::None);
    let mistaken = set.misses("idiom", |risk| risk == Risk::None);
    let alarms = set.misses("everyday", |risk| risk == Risk::None);
    println!("not explicit: {not_explicit:#?}\nunseen: {unseen:#?}");
    println!("mistaken idioms: {mistaken:#?}\nfalse alarms: {alarms:#?}");

    assert!(set.0.len() >= 200, "the set is too small to say anything");
    assert!(not_explicit.is_empty() && mistaken.is_empty());
    assert!(set.share(&["implicit"], Risk::Unsure) >= 95.0 && set.share(&["everyday"], Risk::Unsure) <= 5.0);
}
