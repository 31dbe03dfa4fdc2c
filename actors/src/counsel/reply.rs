//! Checks what a model sent back before a person may see it. A reply is accepted whole or refused with the first reason.

use icu_normalizer::ComposingNormalizerBorrowed;
use thiserror::Error;

use super::safety::{Risk, assess_advice};
use super::{Solution, TIP_MAX_UNITS, TITLE_MAX_UNITS, units};

/// Bytes of a reply; the longest valid one has about 900, all of it escaped about 1,700.
pub const REPLY_MAX_BYTES: usize = 4_096;

/// Of the letters of a text, so many in a hundred must be Hangul; the rest may be `PT` or `OTT`.
const HANGUL_MIN_PERCENT: usize = 70;

/// Digits in a row, separators aside, that make a phone number; a tip needs none so long.
const PHONE_MIN_DIGITS: usize = 4;

/// Hotlines and emergency calls are for the fixed card to name.
const SHORT_NUMBERS: [&str; 6] = ["109", "110", "111", "112", "119", "129"];

/// Why a reply is refused. The text is for logs; it quotes nothing of the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Longer than [`REPLY_MAX_BYTES`].
    #[error("the reply is too long")]
    TooLong,
    /// Not JSON, or not exactly `{title, actionTips: [s, s]}`.
    #[error("the reply does not have the agreed shape")]
    WrongShape,
    /// A text is blank, has more than one line, exceeds its length, or both tips are the same.
    #[error("a text of the reply is blank, too long, of several lines or repeated")]
    BadText,
    /// A text is not mostly Korean.
    #[error("a text of the reply is not Korean")]
    NotKorean,
    /// A text has HTML, Markdown or a list mark.
    #[error("a text of the reply has markup")]
    Markup,
    /// A text has a link, a domain, a mail address, an account or a phone number.
    #[error("a text of the reply has a link or a contact")]
    Contact,
    /// A text touches on suicide or self-harm.
    #[error("a text of the reply touches on safety")]
    Unsafe,
}

/// The solution in `reply`, the JSON text of a model's message.
pub fn validate(reply: &str) -> Result<Solution, Refusal> {
    if reply.len() > REPLY_MAX_BYTES {
        return Err(Refusal::TooLong);
    }
    let Solution { title, action_tips } = serde_json::from_str(reply).map_err(|_| Refusal::WrongShape)?;
    let solution = Solution {
        title: title.trim().to_owned(),
        action_tips: action_tips.map(|tip| tip.trim().to_owned()),
    };
    let [first, second] = &solution.action_tips;
    check(&solution.title, TITLE_MAX_UNITS)?;
    check(first, TIP_MAX_UNITS)?;
    check(second, TIP_MAX_UNITS)?;
    if first == second {
        return Err(Refusal::BadText);
    }
    // Together as well, because a sentence can be spread over the three.
    if assess_advice(&format!("{} {first} {second}", solution.title)) > Risk::None {
        return Err(Refusal::Unsafe);
    }
    Ok(solution)
}

fn check(text: &str, max_units: usize) -> Result<(), Refusal> {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    if text.is_empty() || units(text) > max_units || text.contains(odd) {
        return Err(Refusal::BadText);
    }
    // Full-width signs and digits must not slip by.
    let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(text).to_lowercase();
    if has_markup(&plain) {
        return Err(Refusal::Markup);
    }
    if has_link(&plain) || has_phone_number(&plain) {
        return Err(Refusal::Contact);
    }
    if !is_mostly_korean(&plain) {
        return Err(Refusal::NotKorean);
    }
    if assess_advice(text) > Risk::None { Err(Refusal::Unsafe) } else { Ok(()) }
}

fn has_markup(plain: &str) -> bool {
    let list = plain.trim_start_matches(|c: char| c.is_ascii_digit());
    plain.contains(['<', '>', '`', '*', '_', '#', '[', ']', '{', '}', '|', '\\', '&'])
        || plain.contains("~~")
        || plain.starts_with(['-', '+', '•'])
        || (list.len() < plain.len() && list.starts_with([')', '.']))
}

fn has_link(plain: &str) -> bool {
    const MARKS: [&str; 10] =
        ["://", "www", "http", "@", "닷컴", "점컴", "쩜컴", ".한국", "오픈채팅", "카톡 아이디"];
    let chars: Vec<char> = plain.chars().collect();
    // A full stop with a Latin letter right behind it is a domain or a file, never the end of a Korean sentence.
    let domain =
        chars.array_windows().any(|[stop, next]| matches!(stop, '.' | '。') && next.is_ascii_alphabetic());
    domain || MARKS.iter().any(|mark| plain.contains(mark))
}

fn has_phone_number(plain: &str) -> bool {
    let mut digits = String::new();
    for c in plain.chars().chain(['끝']) {
        match c {
            '0'..='9' => digits.push(c),
            '-' | ' ' | '.' | '(' | ')' | '·' | '\u{2010}'..='\u{2015}' => {}
            _ if digits.len() >= PHONE_MIN_DIGITS || SHORT_NUMBERS.contains(&digits.as_str()) => return true,
            _ => digits.clear(),
        }
    }
    plain.contains("공일공")
}

fn is_mostly_korean(plain: &str) -> bool {
    let letters = plain.chars().filter(|c| c.is_alphabetic()).count();
    let hangul = plain.chars().filter(|c| ('가'..='힣').contains(c)).count();
    hangul > 0 && hangul * 100 >= letters * HANGUL_MIN_PERCENT
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{REPLY_MAX_BYTES, Refusal, validate};

    const TIP: &str = "따뜻한 차 한 잔을 천천히 마셔 보세요.";

    fn with_tip(tip: &str) -> Result<super::Solution, Refusal> {
        validate(&json!({ "title": "오늘도 수고했어요", "actionTips": [TIP, tip] }).to_string())
    }

    #[test]
    fn a_good_reply_is_taken_and_trimmed() {
        let solution = with_tip("  10분쯤 걷고, PT 대신 가벼운 스트레칭으로 몸을 풀어 봐요~ ").unwrap();
        assert_eq!(solution.action_tips[1], "10분쯤 걷고, PT 대신 가벼운 스트레칭으로 몸을 풀어 봐요~");
    }

    #[test]
    fn only_the_agreed_shape_is_taken() {
        for reply in [
            "",
            "null",
            "오늘도 수고했어요",
            "[]",
            r#"{"title":"오늘도"}"#,
            r#"{"title":"오늘도","actionTips":["하나"]}"#,
            r#"{"title":"오늘도","actionTips":["하나","둘","셋"]}"#,
            r#"{"title":"오늘도","actionTips":["하나",2]}"#,
            r#"{"title":"오늘도","actionTips":["하나","둘"],"more":1}"#,
            r#"{"title":"오늘도","title":"내일도","actionTips":["하나","둘"]}"#,
            "```json\n{\"title\":\"오늘도\",\"actionTips\":[\"하나\",\"둘\"]}\n```",
        ] {
            assert_eq!(validate(reply), Err(Refusal::WrongShape), "{reply}");
        }
        assert_eq!(validate(&" ".repeat(REPLY_MAX_BYTES + 1)), Err(Refusal::TooLong));
    }

    #[test]
    fn texts_are_one_short_line_each_and_differ() {
        for tip in ["", "   ", "한 줄\n두 줄", "숨은\u{200B}글자", TIP, &"가".repeat(121)] {
            assert_eq!(with_tip(tip), Err(Refusal::BadText), "{tip}");
        }
        assert!(with_tip(&"가나".repeat(60)).is_ok());
        let title = |title: &str| {
            validate(&json!({ "title": title, "actionTips": [TIP, "둘째 팁이에요"] }).to_string())
        };
        assert!(title(&"가나".repeat(20)).is_ok());
        assert_eq!(title(&"가".repeat(41)), Err(Refusal::BadText));
    }

    #[test]
    fn other_languages_are_refused() {
        for tip in ["Take a walk", "深呼吸してください", "12345", "!!!", "산책 take a slow walk today"]
        {
            assert!(matches!(with_tip(tip), Err(Refusal::NotKorean | Refusal::Contact)), "{tip}");
        }
    }

    #[test]
    fn markup_is_refused() {
        for tip in [
            "<b>산책</b>해요",
            "**산책**해요",
            "- 산책해요",
            "1. 산책해요",
            "`산책`해요",
            "[산책](가)해요",
            "# 산책",
            "산책&nbsp;해요",
            "＜b＞산책",
        ] {
            assert_eq!(with_tip(tip), Err(Refusal::Markup), "{tip}");
        }
    }

    #[test]
    fn links_and_contacts_are_refused() {
        for tip in [
            "http://나쁜곳 에서 보세요",
            "좋은글.com 에서 보세요",
            "good.kr 에서 보세요",
            "ｇｏｏｄ．ｋｒ 에서 보세요",
            "나쁜곳닷컴에서 보세요",
            "메일은 me@집으로 보내요",
            "010-1234-5678로 전화해요",
            "０１０ １２３４로 전화해요",
            "109에 전화해 보세요",
            "1 5 7 7 로 전화해 보세요",
            "공일공 하나둘로 전화해요",
        ] {
            assert_eq!(with_tip(tip), Err(Refusal::Contact), "{tip}");
        }
    }

    #[test]
    fn text_that_touches_on_safety_is_refused() {
        for tip in ["죽고 싶을 때는 쉬어요", "자살 생각이 들면 쉬어요", "사라지고 싶은 마음도 괜찮아요"]
        {
            assert_eq!(with_tip(tip), Err(Refusal::Unsafe), "{tip}");
        }
    }

    proptest! {
        #[test]
        fn nothing_a_model_says_makes_it_panic(title in r"\PC{0,60}", tip in r"(\PC|[가-힣.@0-9<\n]){0,140}") {
            if let Ok(solution) = validate(&json!({ "title": title, "actionTips": [tip, "둘째"] }).to_string()) {
                prop_assert!(super::units(&solution.title) <= super::TITLE_MAX_UNITS);
            }
        }

        #[test]
        fn nor_does_any_reply(reply in r"\PC{0,200}") {
            prop_assert!(validate(&reply).is_err());
        }
    }
}
