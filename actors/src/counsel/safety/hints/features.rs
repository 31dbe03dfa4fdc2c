//! What of a stretch of text is weighed: pieces of words in syllables and in letters, words near each other, and ideas
//! ([`super::concepts`]) alone and in order. Each is hashed to a place among the weights; none is stored by name.

use std::sync::LazyLock;

use super::super::letters::{Gap, Letter};
use super::super::pattern::Index;
use super::super::{BLANKED, jamo};
use super::concepts::CONCEPTS;

/// Places of weights, a power of two. There are more features than places; with a quarter of the places recall and false
/// alarms of sentences set aside were 0.7 points worse each.
pub(super) const PLACES: usize = 1 << 18;

/// The last place.
pub(super) const LAST: u32 = 0x3_ffff;
const _: () = assert!(PLACES == LAST as usize + 1, "a mask must be the last place");

// How much the kinds of features count beside each other; found by cross-validation.
const SYLLABLES: f32 = 0.7;
const LOOSE: f32 = 0.5;
const ENDINGS: f32 = 1.0;
const WORDS: f32 = 1.0;
const WORD_PAIRS: f32 = 0.7;
const IDEAS: f32 = 3.0;
const IDEA_PAIRS: f32 = 2.0;
const IDEA_TRIPLES: f32 = 0.7;

/// Words this far apart still count as a pair.
const PAIR_REACH: usize = 4;

/// Ideas of a stretch that are looked at together; more of them say no more, and triples grow with the third power.
const MOST_IDEAS: usize = 20;

/// By stem rather than by line, so that at a letter only the stems that begin with it are tried.
static IDEAS_INDEX: LazyLock<Index<char>> = LazyLock::new(|| {
    Index::new(CONCEPTS.iter().zip('가'..).flat_map(|(line, name)| {
        let stems = line.strip_prefix('(').and_then(|line| line.strip_suffix(')'));
        let stems: Vec<&str> = stems.map_or_else(|| vec![*line], |stems| stems.split('|').collect());
        stems.into_iter().map(move |stem| (stem, name))
    }))
});

/// A place and how much the feature there counts; sorted by place, each place once, of length one as a vector.
pub(super) type Features = Vec<(u32, f32)>;

/// The features of `letters`.
pub(super) fn of(letters: &[Letter]) -> Features {
    let mut found = Features::with_capacity(letters.len() * 16);
    pieces(letters, &mut found);
    words(letters, &mut found);
    ideas(letters, &mut found);
    // As one number each, which sorts several times faster.
    let mut keys: Vec<u64> =
        found.iter().map(|(place, value)| (u64::from(*place) << 32) | u64::from(value.to_bits())).collect();
    keys.sort_unstable();
    keys.dedup_by_key(|key| *key >> 32);
    found.clear();
    found.extend(keys.into_iter().map(unpack));
    let length = found.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(f32::EPSILON);
    for (_, value) in &mut found {
        *value /= length;
    }
    found
}

/// Runs of two to four syllables and of four to six letters, blanks or not: endings differ less in letters, and writers
/// space as they please. The last syllables count once more, because they tell a wish from a report.
fn pieces(letters: &[Letter], found: &mut Features) {
    let written = letters.iter().map(|letter| letter.char);
    let syllables: Vec<char> = std::iter::once('^').chain(written).chain(std::iter::once('$')).collect();
    for length in 2..=4 {
        found.extend(syllables.windows(length).map(|run| (place(b's', run), SYLLABLES)));
    }
    let loose: Vec<char> = letters.iter().flat_map(|letter| jamo::take_apart(letter.char)).collect();
    for length in 4..=6 {
        found.extend(loose.windows(length).map(|run| (place(b'j', run), LOOSE)));
    }
    for length in 2..=6 {
        let ending = syllables.len().checked_sub(length).and_then(|from| syllables.get(from..));
        found.extend(ending.map(|run| (place(b'e', run), ENDINGS)));
    }
}

/// The beginnings of words, which are mostly stems, alone and in pairs.
fn words(letters: &[Letter], found: &mut Features) {
    let mut starts: Vec<[char; 2]> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        if at == 0 || letter.gap > Gap::None {
            let second = letters.get(at + 1).filter(|next| next.gap == Gap::None);
            starts.push([letter.char, second.map_or(' ', |next| next.char)]);
        }
    }
    for (at, &[a, b]) in starts.iter().enumerate() {
        found.push((place(b'w', &[a, b]), WORDS));
        for &[c, d] in starts.iter().skip(at + 1).take(PAIR_REACH) {
            found.push((place(b'p', &[a, b, c, d]), WORD_PAIRS));
        }
    }
}

/// Ideas, in the order in which they first come up. That an idiom was blanked out is one too.
fn ideas(letters: &[Letter], found: &mut Features) {
    let mut order: Vec<char> = Vec::new();
    for (start, letter) in letters.iter().enumerate() {
        let blanked = Some(BLANKED).filter(|blank| letter.char == *blank);
        for idea in IDEAS_INDEX.at(letters, start).map(|(_, idea)| idea).chain(blanked) {
            if order.len() < MOST_IDEAS && !order.contains(&idea) {
                order.push(idea);
            }
        }
    }
    for (at, &one) in order.iter().enumerate() {
        found.push((place(b'i', &[one]), IDEAS));
        for (further, &other) in order.iter().enumerate().skip(at + 1) {
            found.push((place(b'o', &[one, other]), IDEA_PAIRS));
            for &third in order.iter().skip(further + 1) {
                found.push((place(b't', &[one, other.min(third), other.max(third)]), IDEA_TRIPLES));
            }
        }
    }
}

/// The place and the value of a key.
fn unpack(key: u64) -> (u32, f32) {
    let low = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
    (low(key >> 32), f32::from_bits(low(key)))
}

/// The kind and the letters hashed to a place: multiplied and turned letter by letter, the highest bits taken.
fn place(kind: u8, run: &[char]) -> u32 {
    let step = |hash: u32, value: u32| (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b1);
    run.iter().fold(step(0, kind.into()), |hash, letter| step(hash, u32::from(*letter))) >> PLACE_SHIFT
}

/// What leaves as many bits of a hash as a place has.
const PLACE_SHIFT: u32 = LAST.leading_zeros();
