//! Hints: what speaks of suicide or self-harm without any of the words the tables know. `나 없어도 다들 잘 지낼 거야`
//! has no form to look up, but much in common with sentences that are hints and little with those that are not.
//!
//! A linear classifier adds up learned weights of the [`features`] of a stretch of text. The weights, 256 KiB, come from
//! the labelled sentences in `tests/data` and from nothing else; `train` finds the same ones every time, and a test
//! holds the stored ones to it. To teach it something: add sentences of both kinds (a hint, and an everyday line as like
//! it as can be), then
//!
//! ```text
//! cargo test -p nine-cloud-actors --lib hints::train::learn -- --ignored
//! ```

mod concepts;
mod features;
#[cfg(test)]
mod train;
mod windows;

use super::letters::Letter;
use features::{Features, LAST, PLACES};

/// A byte a place, signed, in units of 1/32 of the margin.
static WEIGHTS: &[u8; PLACES] = include_bytes!("weights.bin");

/// Where the weight is that every stretch gets.
const BIAS: u32 = LAST;

/// How much the likeliest stretch of `letters` is like a hint: 32 as much as a typical one, -32 as an ordinary line, 0
/// in the middle.
pub(super) fn score(letters: &[Letter]) -> f32 {
    highest(letters, WEIGHTS.as_slice())
}

fn highest(letters: &[Letter], weights: &[u8]) -> f32 {
    windows::of(letters)
        .into_iter()
        .filter_map(|window| letters.get(window))
        .map(|stretch| weigh(&features::of(stretch), weights))
        .fold(f32::MIN, f32::max)
}

fn weigh(features: &Features, weights: &[u8]) -> f32 {
    let weight = |place: u32| {
        let byte = usize::try_from(place).ok().and_then(|place| weights.get(place)).copied();
        f32::from(i8::from_le_bytes([byte.unwrap_or_default()]))
    };
    features.iter().map(|(place, value)| weight(*place) * value).sum::<f32>() + weight(BIAS)
}
