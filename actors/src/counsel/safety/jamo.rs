//! Hangul letter arithmetic: building syllables out of loose letters (`ㅈㅏ` → `자`) and taking them apart.
//! The numbers are those of the Unicode standard, section 3.12 (conjoining jamo behaviour).

const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];
const VOWELS: [char; 21] = [
    'ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 'ㅕ', 'ㅖ', 'ㅗ', 'ㅘ', 'ㅙ', 'ㅚ', 'ㅛ', 'ㅜ', 'ㅝ', 'ㅞ', 'ㅟ',
    'ㅠ', 'ㅡ', 'ㅢ', 'ㅣ',
];
const FINALS: [char; 27] = [
    'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ', 'ㅂ',
    'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];
const FIRST_SYLLABLE: u32 = 0xAC00;
const LAST_SYLLABLE: u32 = 0xD7A3;
const PER_VOWEL: u32 = 28;
const PER_INITIAL: u32 = 21 * PER_VOWEL;
/// The vowels `ㅏ`…`ㅣ` follow the consonants in the block of loose letters.
const FIRST_VOWEL: char = 'ㅏ';
const INITIAL_OF_VOWELS: u32 = 11;
/// The place of `ㅆ` among the finals, none counted as the first; `ㅅ` is before it.
const DOUBLE_S: u32 = 20;

/// A loose consonant or vowel, as `ㅋ` or `ㅏ`.
pub(super) fn is_loose(letter: char) -> bool {
    ('ㄱ'..='ㅣ').contains(&letter)
}

/// A loose vowel.
pub(super) fn is_vowel(letter: char) -> bool {
    (FIRST_VOWEL..='ㅣ').contains(&letter)
}

/// A loose consonant.
pub(super) fn is_consonant(letter: char) -> bool {
    ('ㄱ'..FIRST_VOWEL).contains(&letter)
}

/// A whole syllable, as `가`.
pub(super) fn is_syllable(letter: char) -> bool {
    (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&u32::from(letter))
}

/// The loose letter of a conjoining one (U+1100…), which is what compatibility normalisation makes of half-width Hangul.
pub(super) fn loose(conjoining: char) -> char {
    let code = u32::from(conjoining);
    let (table, first): (&[char], u32) = match code {
        0x1100..=0x1112 => (&INITIALS, 0x1100),
        0x1161..=0x1175 => (&VOWELS, 0x1161),
        0x11A8..=0x11C2 => (&FINALS, 0x11A8),
        _ => return conjoining,
    };
    place(code - first).and_then(|at| table.get(at)).copied().unwrap_or(conjoining)
}

/// The open syllable of a consonant and a vowel.
pub(super) fn join(consonant: char, vowel: char) -> Option<char> {
    let initial = u32::try_from(INITIALS.iter().position(|c| *c == consonant)?).ok()?;
    let vowel = u32::try_from(VOWELS.iter().position(|v| *v == vowel)?).ok()?;
    char::from_u32(FIRST_SYLLABLE + initial * PER_INITIAL + vowel * PER_VOWEL)
}

/// An open syllable closed by a consonant; `None` if it is closed already.
pub(super) fn close(syllable: char, consonant: char) -> Option<char> {
    let code = u32::from(syllable);
    if !is_syllable(syllable) || !(code - FIRST_SYLLABLE).is_multiple_of(PER_VOWEL) {
        return None;
    }
    let last = u32::try_from(FINALS.iter().position(|c| *c == consonant)?).ok()?;
    char::from_u32(code + last + 1)
}

/// The loose letters of a syllable; any other letter is its own.
pub(super) fn take_apart(letter: char) -> impl Iterator<Item = char> {
    let parts = if is_syllable(letter) {
        let code = u32::from(letter) - FIRST_SYLLABLE;
        let at = |table: &[char], number: u32| place(number).and_then(|at| table.get(at)).copied();
        let last = (code % PER_VOWEL).checked_sub(1);
        [
            at(&INITIALS, code / PER_INITIAL),
            at(&VOWELS, code % PER_INITIAL / PER_VOWEL),
            last.and_then(|last| at(&FINALS, last)),
        ]
    } else {
        [Some(letter), None, None]
    };
    parts.into_iter().flatten()
}

/// Whether `syllable` is a syllable that ends in a consonant.
pub(super) fn is_closed(syllable: char) -> bool {
    is_syllable(syllable) && !(u32::from(syllable) - FIRST_SYLLABLE).is_multiple_of(PER_VOWEL)
}

/// A syllable that ends in `ㅆ` with `ㅅ` in its place, which many write and all pronounce alike (`었`, `엇`).
pub(super) fn fold(letter: char) -> char {
    let code = u32::from(letter);
    if is_syllable(letter) && (code - FIRST_SYLLABLE) % PER_VOWEL == DOUBLE_S {
        char::from_u32(code - 1).unwrap_or(letter)
    } else {
        letter
    }
}

/// Whether `next` only draws out the vowel of `syllable`, as the second letter of `고오` does.
pub(super) fn draws_out(syllable: char, next: char) -> bool {
    if !is_syllable(syllable) || !is_syllable(next) {
        return false;
    }
    let (syllable, next) = (u32::from(syllable) - FIRST_SYLLABLE, u32::from(next) - FIRST_SYLLABLE);
    next / PER_INITIAL == INITIAL_OF_VOWELS
        && next % PER_VOWEL == 0
        && syllable % PER_INITIAL == next % PER_INITIAL
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::{close, draws_out, fold, join, loose, take_apart};

    #[test]
    fn syllables_are_built_letter_by_letter() {
        assert_eq!(join('ㅈ', 'ㅏ'), Some('자'));
        assert_eq!(join('ㅏ', 'ㅈ'), None);
        assert_eq!(close('사', 'ㄹ'), Some('살'));
        assert_eq!(close('살', 'ㄹ'), None);
        assert_eq!(close('a', 'ㄹ'), None);
    }

    #[test]
    fn a_double_final_is_folded() {
        assert_eq!(['었', '엇', '어', '겠', 'ㅆ'].map(fold), ['엇', '엇', '어', '겟', 'ㅆ']);
    }

    #[test]
    fn syllables_are_taken_apart() {
        let apart: String = "각가ㅋa".chars().flat_map(take_apart).collect();
        assert_eq!(apart, "ㄱㅏㄱㄱㅏㅋa");
    }

    #[test]
    fn conjoining_letters_become_loose_ones() {
        assert_eq!(
            [loose('\u{110C}'), loose('\u{1161}'), loose('\u{11AF}'), loose('a')],
            ['ㅈ', 'ㅏ', 'ㄹ', 'a']
        );
    }

    #[test]
    fn a_drawn_out_vowel_is_recognised() {
        assert!(draws_out('고', '오'));
        assert!(!draws_out('죽', '우'));
        assert!(!draws_out('고', '아'));
    }
}
