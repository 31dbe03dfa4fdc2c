//! The small language in which the tables are written, and its matcher.
//!
//! | written | means |
//! |---|---|
//! | `죽고` | these letters; a blank or sign between them counts as a disguise and is accepted only from a word's start |
//! | ` ` | a place where a blank, a sign or a line break is natural |
//! | `…` | up to [`REACH`] letters of the same sentence |
//! | `(가\|나\|)` | one of these, an empty one included |
//! | `{name}` | one of the spellings of that name in [`slots`](super::tables::slots) |
//! | `<` `>` | the start, the end of a word |
//! | `=` | first: no blank inside (for short words: `유서`, but not `여유 서`) |
//!
//! A general regular expression would have to repeat "maybe a blank, but only if…" between every two letters; here that
//! rule is written once. Matching is bounded: no element repeats, `…` reaches [`REACH`] letters at most.

use std::collections::HashMap;

use super::{jamo, letters::Gap, letters::Letter, tables::slots::SLOTS};

/// Letters that a `…` may skip.
pub(super) const REACH: usize = 14;

#[derive(Debug)]
enum Part {
    Letter(char),
    Blank,
    Skip,
    WordStart,
    WordEnd,
    OneOf(Vec<Vec<Part>>),
}

/// A compiled line of a table.
#[derive(Debug)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    unbroken: bool,
}

impl Pattern {
    /// Compiles `line`. Tables are our own, so a slip in one (an unknown name, a bracket left open) only makes a pattern
    /// that says less; a test goes through all of them.
    pub(super) fn new(line: &str) -> Self {
        let unbroken = line.starts_with('=');
        let mut rest = line.trim_start_matches('=').chars().peekable();
        Self { parts: sequence(&mut rest), unbroken }
    }

    /// Where the pattern ends if it starts at `start`; the shortest reading.
    pub(super) fn end(&self, letters: &[Letter], start: usize) -> Option<usize> {
        let mut end = None;
        let reading = Reading { letters, start, forced: !self.unbroken && starts_word(letters, start) };
        reading.follow(&self.parts, start, Gap::Sentence, &mut |at, _| {
            end = Some(at);
            true
        });
        end
    }

    /// Whether the pattern continues a match that ended at `end`.
    pub(super) fn follows(&self, letters: &[Letter], end: usize) -> bool {
        Reading { letters, start: usize::MAX, forced: false }.follow(
            &self.parts,
            end,
            Gap::Space,
            &mut |_, _| true,
        )
    }

    /// The letters a match can start with; empty if it could start with any.
    pub(super) fn first_letters(&self) -> Vec<char> {
        let mut first = Vec::new();
        collect_first(&self.parts, &mut first);
        first
    }
}

/// Patterns by first letter, so that a text is read once.
#[derive(Debug)]
pub(super) struct Index<T> {
    by_letter: HashMap<char, Vec<(Pattern, T)>>,
}

impl<T: Copy> Index<T> {
    /// An index of `lines`, each with what it stands for.
    pub(super) fn new<'a>(lines: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut by_letter: HashMap<char, Vec<(Pattern, T)>> = HashMap::new();
        for (line, meaning) in lines {
            let mut first = Pattern::new(line).first_letters();
            first.sort_unstable();
            first.dedup();
            for letter in first {
                by_letter.entry(letter).or_default().push((Pattern::new(line), meaning));
            }
        }
        Self { by_letter }
    }

    /// Every match that starts at `start`, as its end and its meaning.
    pub(super) fn at<'a>(
        &'a self,
        letters: &'a [Letter],
        start: usize,
    ) -> impl Iterator<Item = (usize, T)> + 'a {
        let first = letters.get(start).and_then(|letter| self.by_letter.get(&letter.char));
        first
            .into_iter()
            .flatten()
            .filter_map(move |(pattern, meaning)| Some((pattern.end(letters, start)?, *meaning)))
    }
}

/// Whether the letter at `at` starts a word.
pub(super) fn starts_word(letters: &[Letter], at: usize) -> bool {
    at == 0 || letters.get(at).is_none_or(|letter| letter.gap != Gap::None)
}

fn sequence(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Vec<Part> {
    let mut parts = Vec::new();
    while let Some(c) = rest.next_if(|c| !matches!(c, '|' | ')')) {
        parts.push(match c {
            ' ' => Part::Blank,
            '…' => Part::Skip,
            '<' => Part::WordStart,
            '>' => Part::WordEnd,
            '(' => Part::OneOf(choices(rest)),
            '{' => {
                let name: String = std::iter::from_fn(|| rest.next_if(|c| *c != '}')).collect();
                rest.next();
                let spellings =
                    SLOTS.iter().find(|(known, _)| *known == name).map_or("", |(_, spellings)| spellings);
                Part::OneOf(choices(&mut spellings.chars().peekable()))
            }
            letter => Part::Letter(jamo::fold(letter)),
        });
    }
    parts
}

/// The choices up to and with the closing bracket, or the end.
fn choices(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Vec<Vec<Part>> {
    let mut all = vec![sequence(rest)];
    while rest.next() == Some('|') {
        all.push(sequence(rest));
    }
    all
}

/// Adds the first letters of `parts`; says whether `parts` can be empty.
fn collect_first(parts: &[Part], first: &mut Vec<char>) -> bool {
    for part in parts {
        match part {
            Part::Letter(letter) => {
                first.push(*letter);
                return false;
            }
            Part::OneOf(all) => {
                // Not `any`: every choice must be visited.
                let empty = all.iter().filter(|choice| collect_first(choice, first)).count();
                if empty == 0 {
                    return false;
                }
            }
            Part::Blank | Part::Skip | Part::WordStart | Part::WordEnd => {}
        }
    }
    true
}

struct Reading<'a> {
    letters: &'a [Letter],
    start: usize,
    /// Whether gaps at unnatural places are read over.
    forced: bool,
}

impl Reading<'_> {
    /// Reads `parts` from `at`, then whatever `then` reads; `allowed` is the widest natural gap before the next letter.
    fn follow(
        &self,
        parts: &[Part],
        at: usize,
        allowed: Gap,
        then: &mut dyn FnMut(usize, Gap) -> bool,
    ) -> bool {
        let Some((part, rest)) = parts.split_first() else { return then(at, allowed) };
        match part {
            Part::Letter(letter) => {
                let Some(found) = self.letters.get(at).filter(|found| found.char == *letter) else {
                    return false;
                };
                let widest = match () {
                    () if at == self.start => Gap::Sentence,
                    () if self.forced => allowed.max(Gap::Space),
                    () => allowed.max(Gap::Sign),
                };
                found.gap <= widest && self.follow(rest, at + 1, Gap::None, then)
            }
            Part::Blank => self.follow(rest, at, Gap::Sentence, then),
            Part::WordStart => starts_word(self.letters, at) && self.follow(rest, at, allowed, then),
            Part::WordEnd => starts_word(self.letters, at) && self.follow(rest, at, Gap::Sentence, then),
            Part::Skip => {
                let within = self.letters.iter().skip(at).take(REACH);
                let same = within.take_while(|letter| letter.gap < Gap::Sentence || self.start == at).count();
                (0..=same).any(|skipped| self.follow(rest, at + skipped, Gap::Space, then))
            }
            Part::OneOf(all) => all.iter().any(|choice| {
                self.follow(choice, at, allowed, &mut |at, allowed| self.follow(rest, at, allowed, then))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters;
    use super::Pattern;

    fn found(line: &str, text: &str) -> bool {
        let letters = letters::of(text);
        let pattern = Pattern::new(line);
        (0..letters.len()).any(|start| pattern.end(&letters, start).is_some())
    }

    #[test]
    fn a_blank_is_natural_only_where_the_pattern_has_one() {
        assert!(found("가나 다", "가나 다"));
        assert!(found("가나 다", "라가나다"));
        assert!(found("가나다", "가 나 다"), "from a word's start a blank is a disguise");
        assert!(!found("가나다", "라가 나다"), "inside a word it is another word");
        assert!(!found("=가나다", "가 나다"));
        assert!(found("=가나다", "가.나다"));
    }

    #[test]
    fn a_skip_stays_in_its_sentence() {
        assert!(found("가…다", "가 나 나 나 다"));
        assert!(!found("가…다", "가 나나. 나 다"));
        assert!(!found("가…다", "가 나라 나라 나라 나라 나라 나라 나라 나라 다"));
    }

    #[test]
    fn choices_and_word_edges() {
        assert!(found("<가(나|)다>", "x 가다 x"));
        assert!(found("<가(나|)다>", "가나다"));
        assert!(!found("<가다>", "나가다"));
        assert!(!found("<가다>", "가다나"));
        assert!(found("((가|나)다|라)마", "나다마"));
    }
}
