//! One spelling for many: the letters of a text and what stood between them, after every disguise known to us is undone
//! (full-width and half-width forms, decomposed syllables, invisible characters, loose letters, look-alikes, drawn-out
//! vowels). Patterns are matched on this, never on the raw text.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::{jamo, visible};

/// What stood before a letter; the order is the strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// The letter follows directly.
    None,
    /// Signs or an emoticon, no blank: `자.살`.
    Sign,
    /// A blank.
    Space,
    /// The end of a sentence or line.
    Sentence,
}

/// A letter and what stood before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) char: char,
    pub(super) gap: Gap,
}

/// Spellings by digits and Latin letters that a reader sounds out.
const SOUNDED: [(&str, &str); 15] = [
    ("4망", "사망"),
    ("죽9", "죽고"),
    ("ㅈ4", "ㅈ사"),
    ("자4ㄹ", "자살"),
    ("자4하", "자살하"),
    ("죽go", "죽고"),
    ("죽gu", "죽구"),
    ("싶da", "싶다"),
    ("싶eo", "싶어"),
    ("자sal", "자살"),
    ("ja살", "자살"),
    ("jasal", "자살"),
    ("juk고", "죽고"),
    ("jukgo", "죽고"),
    ("juk go", "죽고"),
];

/// Latin letters drawn as a vowel beside a loose consonant: `ㅈr살`.
const DRAWN_VOWELS: [(char, char); 2] = [('r', 'ㅏ'), ('l', 'ㅣ')];

/// A run of Latin letters or digits this short between two syllables is a disguise: `자1살`.
const LONGEST_WEDGE: usize = 2;

/// The letters of `html`.
pub(super) fn of(html: &str) -> Vec<Letter> {
    let mut plain = canonical(&visible::text(html));
    for (written, meant) in SOUNDED {
        if plain.contains(written) {
            plain = plain.replace(written, meant);
        }
    }
    let mut letters = shorten(&join_loose(&pull_wedges(&split(&plain))));
    for letter in &mut letters {
        letter.char = jamo::fold(letter.char);
    }
    letters
}

/// Composed, compatible, lower-case, without invisible characters.
fn canonical(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&shown);
    let compatible = ComposingNormalizerBorrowed::new_nfkc();
    let mut canonical = String::with_capacity(composed.len());
    let mut buffer = [0; 4];
    for c in composed.chars() {
        if c.is_ascii() || jamo::is_syllable(c) || jamo::is_loose(c) {
            canonical.push(c.to_ascii_lowercase());
        } else {
            // Letter by letter: loose Hangul would be glued into wrong syllables if it were normalised as a whole.
            let folded = compatible.normalize(c.encode_utf8(&mut buffer));
            canonical.extend(folded.chars().map(jamo::loose).flat_map(char::to_lowercase));
        }
    }
    canonical
}

/// Takes no room on the screen: joiners, fillers, direction marks, selectors, combining strokes, controls.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}'
        | '\u{300}'..='\u{33F}' | '\u{20D0}'..='\u{20FF}')
        || (c.is_control() && !c.is_whitespace())
}

/// Letters and the gaps before them; everything that is no letter becomes a gap.
fn split(plain: &str) -> Vec<Letter> {
    let chars: Vec<char> = plain.chars().collect();
    let mut letters: Vec<Letter> = Vec::with_capacity(chars.len());
    let mut gap = Gap::None;
    // Letters since the last gap; one alone (`자. 살.`) ends no sentence.
    let mut run = 0;
    for (at, &c) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied();
        if c.is_alphanumeric()
            && !is_emoticon(at.checked_sub(1).and_then(|at| chars.get(at)).copied(), c, next)
        {
            run = if gap == Gap::None { run + 1 } else { 1 };
            letters.push(Letter { char: c, gap });
            gap = Gap::None;
            continue;
        }
        let ends = matches!(c, '.' | '!' | '?' | '。' | '…') && next.is_none_or(char::is_whitespace);
        let found = match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => Gap::Sentence,
            _ if ends => Gap::Sentence,
            _ if c.is_whitespace() => Gap::Space,
            _ => Gap::Sign,
        };
        gap = gap.max(if run == 1 { found.min(Gap::Space) } else { found });
    }
    letters
}

/// Loose letters that laugh or weep rather than spell: `ㅋㅋ`, `ㅎㅎ`, `ㅠㅠ`, `ㅜ`.
fn is_emoticon(previous: Option<char>, c: char, next: Option<char>) -> bool {
    match c {
        // `ㅈㅎ` abbreviates a word.
        'ㅎ' if previous == Some('ㅈ') && next != Some('ㅎ') => false,
        'ㅋ' | 'ㅎ' => !next.is_some_and(|n| jamo::is_vowel(n) && n != 'ㅠ'),
        'ㅠ' | 'ㅜ' | 'ㅡ' => {
            !previous.is_some_and(jamo::is_consonant)
                || matches!(next, Some('ㅠ' | 'ㅜ' | 'ㅡ'))
                || matches!(previous, Some('ㅠ' | 'ㅜ' | 'ㅡ'))
        }
        _ => false,
    }
}

/// Drops short Latin or digit runs wedged between two syllables; the second syllable keeps a sign before it.
fn pull_wedges(letters: &[Letter]) -> Vec<Letter> {
    let mut kept: Vec<Letter> = Vec::with_capacity(letters.len());
    let mut rest = letters;
    while let Some((&letter, after)) = rest.split_first() {
        let run = rest.iter().take_while(|l| l.char.is_ascii() && l.gap <= Gap::Sign).count();
        let inside = kept.last().is_some_and(|l| jamo::is_syllable(l.char));
        match rest.get(run) {
            Some(next)
                if inside
                    && (1..=LONGEST_WEDGE).contains(&run)
                    && jamo::is_syllable(next.char)
                    && next.gap <= Gap::Sign =>
            {
                kept.push(Letter { char: next.char, gap: Gap::Sign });
                rest = rest.get(run + 1..).unwrap_or_default();
            }
            _ => {
                kept.push(letter);
                rest = after;
            }
        }
    }
    kept
}

/// Builds syllables of loose letters: `ㅈㅏㅅㅏㄹ` → `자살`, `자사ㄹ` → `자살`. Bare consonants (`ㅈㅅ`) stay.
fn join_loose(letters: &[Letter]) -> Vec<Letter> {
    let mut joined: Vec<Letter> = Vec::with_capacity(letters.len());
    let vowel_at = |at: usize, beside: char| {
        let letter = letters.get(at).filter(|l| l.gap < Gap::Sentence)?;
        let drawn = DRAWN_VOWELS.iter().find(|(latin, _)| *latin == letter.char && letter.gap == Gap::None);
        jamo::join(beside, drawn.map_or(letter.char, |(_, vowel)| *vowel))
    };
    let mut at = 0;
    // Whether the last syllable was built here; such a one takes its final consonant across a sign or blank too.
    let mut built = false;
    while let Some(&letter) = letters.get(at) {
        at += 1;
        if jamo::is_consonant(letter.char) {
            if let Some(syllable) = vowel_at(at, letter.char) {
                joined.push(Letter { char: syllable, gap: letter.gap });
                at += 1;
                built = true;
                continue;
            }
            let alone =
                !letters.get(at).is_some_and(|next| jamo::is_consonant(next.char) && next.gap == Gap::None)
                    || letters.get(at).is_some_and(|next| vowel_at(at + 1, next.char).is_some());
            let near = letter.gap == Gap::None || (built && letter.gap < Gap::Sentence);
            if let Some(last) = joined.last_mut().filter(|_| alone && near)
                && let Some(closed) = jamo::close(last.char, letter.char)
            {
                last.char = closed;
                built = false;
                continue;
            }
            // One stray consonant inside a word (`죽ㄱ고`) spells nothing.
            let next_syllable =
                letters.get(at).is_some_and(|next| jamo::is_syllable(next.char) && next.gap == Gap::None);
            if alone
                && letter.gap == Gap::None
                && next_syllable
                && joined.last().is_some_and(|last| jamo::is_closed(last.char))
            {
                continue;
            }
        }
        built = false;
        joined.push(letter);
    }
    joined
}

/// Takes drawn-out vowels (`고오오`) and letters written three times or more back to one.
fn shorten(letters: &[Letter]) -> Vec<Letter> {
    let mut short: Vec<Letter> = Vec::with_capacity(letters.len());
    let mut rest = letters;
    while let Some((&letter, after)) = rest.split_first() {
        let run = 1 + after.iter().take_while(|l| l.char == letter.char && l.gap == Gap::None).count();
        let drawn = run >= 2
            && letter.gap == Gap::None
            && short.last().is_some_and(|last| jamo::draws_out(last.char, letter.char));
        if !drawn {
            let keep = if run >= 3 { 1 } else { run };
            short.extend(rest.iter().take(keep).copied());
        }
        rest = rest.get(run..).unwrap_or_default();
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{Gap, of};

    fn read(text: &str) -> String {
        of(text).into_iter().map(|letter| letter.char).collect()
    }

    #[test]
    fn every_disguise_reads_the_same() {
        for disguised in [
            "자살",
            "자.살",
            "자 살",
            "자1살",
            "자x살",
            "자\u{200B}살",
            "ㅈㅏㅅㅏㄹ",
            "ㅈㅏ ㅅㅏ ㄹ",
            "자사ㄹ",
            "ㅈr살",
            "\u{110C}\u{1161}\u{1109}\u{1161}\u{11AF}",
            "\u{FFB8}\u{FFC2}\u{FFB5}\u{FFC2}\u{FFA9}",
            "<b>자</b>살",
            "자&#49332;",
            "자<br>살",
            "자. 살.",
            "자♥살",
            "자ㅋ살",
        ] {
            assert_eq!(read(disguised), "자살", "{disguised}");
        }
    }

    #[test]
    fn drawn_out_and_repeated_letters_are_shortened() {
        assert_eq!(read("죽고오오 싶다다다아아"), "죽고싶다");
        assert_eq!(read("좋아아아요"), "좋아요");
    }

    #[test]
    fn emoticons_are_gaps_and_bare_consonants_stay() {
        assert_eq!(read("ㅋㅋㅋ 죽ㅈㅅㅠㅠ ㅎㅎ"), "죽ㅈㅅ");
    }

    #[test]
    fn ordinary_words_keep_their_letters() {
        assert_eq!(read("아이가 오이를 PT 30번, 3kg 먹었구나ㅎ"), "아이가오이를pt30번3kg먹엇구나");
    }

    #[test]
    fn gaps_tell_blanks_from_sentence_ends() {
        let gaps: Vec<Gap> =
            of("가나 다라.마바. 사아\n자").into_iter().map(|l| l.gap).filter(|g| *g != Gap::None).collect();
        assert_eq!(gaps, [Gap::Space, Gap::Sign, Gap::Sentence, Gap::Sentence]);
    }
}
