//! The stretches of a text that are weighed: a diary is a few sentences, and a hint is one of them or is spread over
//! neighbours.

use std::ops::Range;

use super::super::letters::{Gap, Letter};

/// Letters of a stretch of several sentences.
const TOGETHER: usize = 60;

/// Sentences of a stretch.
const NEIGHBOURS: usize = 3;

/// Letters of a sentence without an end after which it is read in pieces that overlap by half.
const LONG: usize = 60;

/// The stretches of `letters`. Their lengths sum up to less than seven times the text's.
pub(super) fn of(letters: &[Letter]) -> Vec<Range<usize>> {
    let sentences = sentences(letters);
    let mut windows = Vec::new();
    for (at, first) in sentences.iter().enumerate() {
        windows.push(first.clone());
        let further = sentences.iter().skip(at + 1).take(NEIGHBOURS - 1);
        windows
            .extend(further.map(|last| first.start..last.end).take_while(|joined| joined.len() <= TOGETHER));
    }
    windows
}

/// The sentences of `letters`, long ones in pieces.
fn sentences(letters: &[Letter]) -> Vec<Range<usize>> {
    let mut ends: Vec<usize> = (1..letters.len())
        .filter(|at| letters.get(*at).is_some_and(|letter| letter.gap == Gap::Sentence))
        .collect();
    ends.push(letters.len());
    let mut sentences = Vec::new();
    let mut start = 0;
    for end in ends {
        while end - start > LONG {
            sentences.push(start..start + LONG);
            start += LONG / 2;
        }
        if end > start {
            sentences.push(start..end);
        }
        start = end;
    }
    sentences
}
