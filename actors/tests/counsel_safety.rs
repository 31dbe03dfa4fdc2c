//! The safety check against labelled sentences (`tests/data/safety.tsv`, whose head says what the labels mean).
//! `SAFETY_SET=/path/to/other.tsv` measures another set in the same format instead; `-- --nocapture` shows the figures.

use nine_cloud_actors::counsel::safety::{Risk, assess};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/safety.tsv");

/// The sentences of a set with their labels.
fn read(set: &str) -> Vec<(&str, &str)> {
    set.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap_or_else(|| panic!("no tab in: {line}")))
        .collect()
}

/// Of the sentences with `label`, how many there are and those whose risk is not as `wanted`.
fn misses<'a>(set: &[(&str, &'a str)], label: &str, wanted: impl Fn(Risk) -> bool) -> (usize, Vec<&'a str>) {
    let texts: Vec<&str> = set.iter().filter(|(given, _)| *given == label).map(|(_, text)| *text).collect();
    (texts.len(), texts.into_iter().filter(|text| !wanted(assess(text))).collect())
}

fn percent(part: usize, whole: usize) -> f64 {
    let as_float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    100.0 * as_float(part) / as_float(whole.max(1))
}

/// Figures only: tables of forms of speech cannot be held to sentences that they were not made with.
#[test]
fn held_out_sentences_are_measured() {
    let held_out =
        read(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/safety_held_out.tsv")));
    let (implicit, unseen) = misses(&held_out, "implicit", |risk| risk > Risk::None);
    let (everyday, alarms) = misses(&held_out, "everyday", |risk| risk == Risk::None);
    println!(
        "held out: recall {:.1} % of {implicit}, false alarms {:.1} % of {everyday}",
        percent(implicit - unseen.len(), implicit),
        percent(alarms.len(), everyday)
    );
    assert!(implicit > 0 && everyday > 0);
    assert!(percent(alarms.len(), everyday) <= 5.0, "{alarms:#?}");
}

#[test]
fn labelled_sentences_are_told_apart() {
    let other = std::env::vars().find(|(name, _)| name == "SAFETY_SET").map(|(_, path)| path);
    let file = std::fs::read_to_string(other.as_deref().unwrap_or(SHIPPED)).unwrap();
    let set = read(&file);

    let (explicit, not_explicit) = misses(&set, "explicit", |risk| risk == Risk::Explicit);
    let overlooked = misses(&set, "explicit", |risk| risk > Risk::None).1;
    let (implicit, unseen) = misses(&set, "implicit", |risk| risk > Risk::None);
    let (idiom, mistaken) = misses(&set, "idiom", |risk| risk == Risk::None);
    let (everyday, alarms) = misses(&set, "everyday", |risk| risk == Risk::None);
    let recall = percent(implicit - unseen.len(), implicit);
    let false_alarms = percent(alarms.len(), everyday);

    println!(
        "explicit  {explicit:>4} sentences, not explicit: {not_explicit:#?}, of which unseen: {overlooked:#?}"
    );
    println!("implicit  {implicit:>4} sentences, recall {recall:.1} %, unseen: {unseen:#?}");
    println!("idiom     {idiom:>4} sentences, mistaken: {mistaken:#?}");
    println!("everyday  {everyday:>4} sentences, false alarms {false_alarms:.1} %: {alarms:#?}");

    assert_eq!(explicit + implicit + idiom + everyday, set.len(), "a label is misspelt");
    assert!(set.len() >= 200, "the set is too small to say anything");
    assert!(not_explicit.is_empty() && mistaken.is_empty());
    assert!(recall >= 95.0 && false_alarms <= 5.0);
}
