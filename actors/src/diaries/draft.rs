//! What the editor posts, read leniently: the client shows every refusal as success, so each one loses a diary
//! (contract invariant 16).

use crate::domain::emotion::{Emotion, Level, Weather};
use crate::domain::html::{DiaryHtml, TooLong};
use crate::refusal::{Outcome, Refusal};

/// Characters of a fortune sentence; the client's longest has about sixty.
const SENTENCE_CHARS: usize = 500;

/// A diary as its author filled it in.
#[derive(Debug, Clone, PartialEq)]
pub struct DiaryDraft {
    /// 1.0–5.0.
    pub emotion: Emotion,
    /// Sanitised.
    pub content: DiaryHtml,
    /// Whether the community sees it.
    pub is_public: bool,
    /// The fortune sentence.
    pub sentence: Option<String>,
    /// Weather of the day.
    pub weather: Weather,
    /// First mood slider.
    pub temperature: Option<Level>,
    /// Second mood slider.
    pub humid: Option<Level>,
    /// Sleep slider.
    pub sleep: Option<Level>,
}

impl DiaryDraft {
    /// The parts that [`Self::read`] asks for.
    pub const FIELDS: [&'static str; 8] =
        ["EmotionStatus", "content", "isPublic", "sentence", "weather", "temperature", "humid", "sleep"];

    /// Reads the parts of the form through `field`, which answers the text of a part. Absent and empty parts are the
    /// same; a part that says something that cannot be is refused by name.
    pub fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Outcome<Self> {
        let given = |name: &str| field(name).map(str::trim).filter(|text| !text.is_empty());
        let level = |name: &'static str| {
            given(name)
                .map(|text| Level::from_wire(text).ok_or(invalid(name, "1에서 5 사이의 값이어야 합니다.")))
                .transpose()
        };
        let (temperature, humid, sleep) = (level("temperature")?, level("humid")?, level("sleep")?);
        let emotion = match given("EmotionStatus") {
            None => Emotion::from_sliders(temperature, humid),
            Some(text) => text
                .parse()
                .ok()
                .and_then(Emotion::new)
                .ok_or(invalid("EmotionStatus", "1에서 5 사이의 숫자여야 합니다."))?,
        };
        // Lost state posts no weather; the middle one keeps the diary.
        let weather = match given("weather") {
            None => Weather::Cloud,
            Some(text) => {
                Weather::from_wire(text).ok_or(invalid("weather", "1, 2, 3 중 하나여야 합니다."))?
            }
        };
        let sentence = given("sentence").map(ToOwned::to_owned);
        if sentence.as_ref().is_some_and(|text| text.chars().count() > SENTENCE_CHARS || text.contains('\0'))
        {
            return Err(invalid("sentence", "500자 이하여야 합니다."));
        }
        Ok(Self {
            emotion,
            content: read_content(field("content").unwrap_or_default())?,
            is_public: read_flag(given("isPublic"))?,
            sentence,
            weather,
            temperature,
            humid,
            sleep,
        })
    }
}

/// Sanitises the text of a diary, or says what is wrong with it.
pub(super) fn read_content(raw: &str) -> Outcome<DiaryHtml> {
    DiaryHtml::parse(raw).map_err(|too_long| match too_long {
        TooLong::Visible => invalid("content", "200자 이하로 작성해 주세요."),
        TooLong::Raw => invalid("content", "서식을 포함한 내용이 너무 깁니다."),
    })
}

fn read_flag(text: Option<&str>) -> Outcome<bool> {
    match text.map(str::to_ascii_lowercase).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(invalid("isPublic", "true 또는 false 여야 합니다.")),
    }
}

fn invalid(field: &'static str, reason: &'static str) -> Refusal {
    Refusal::Invalid { field, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[(&str, &'static str)]) -> Outcome<DiaryDraft> {
        DiaryDraft::read(|name| parts.iter().find(|(n, _)| *n == name).map(|(_, text)| *text))
    }

    #[test]
    fn a_form_of_empty_parts_is_still_a_diary() {
        let draft =
            read(&[("EmotionStatus", ""), ("content", ""), ("sentence", " "), ("weather", "")]).unwrap();
        assert_eq!((draft.emotion, draft.weather, draft.is_public), (Emotion::MIDDLE, Weather::Cloud, false));
        assert_eq!((draft.sentence, draft.sleep), (None, None));
        assert_eq!(read(&[]).unwrap().content.as_str(), "");
    }

    #[test]
    fn the_sliders_stand_in_for_a_missing_average() {
        let draft = read(&[("temperature", "4"), ("humid", "3"), ("isPublic", "TRUE")]).unwrap();
        assert_eq!(Some(draft.emotion), Emotion::new(3.5));
        assert!(draft.is_public);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (name, text) in [
            ("EmotionStatus", "7"),
            ("EmotionStatus", "NaN"),
            ("weather", "9"),
            ("sleep", "0"),
            ("humid", "two"),
            ("isPublic", "maybe"),
        ] {
            assert!(
                matches!(read(&[(name, text)]), Err(Refusal::Invalid { field, .. }) if field == name),
                "{name}={text}"
            );
        }
    }
}
