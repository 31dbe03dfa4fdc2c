//! Diaries: every one of somebody is kept.

use nine_cloud_actors::domain::diary::Diary;
use nine_cloud_actors::domain::emotion::{Emotion, Level, Weather};
use nine_cloud_actors::domain::html::DiaryHtml;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::date_of;

use super::images;
use super::times::diary_times;
use crate::adapters::adoption::old::OldDiary;
use crate::adapters::adoption::report::{Changes, Why};
use crate::adapters::adoption::survey::DiaryFacts;
use crate::adapters::sql::AdoptedDiary;

/// `None` only for a diary of nobody.
pub(in crate::adapters::adoption) fn adopt(
    old: OldDiary,
    facts: &DiaryFacts,
    changes: &mut Changes,
) -> Option<AdoptedDiary> {
    let Some((author, author_leaving)) = old.author.zip(facts.author_leaving) else {
        changes.dropped(Why::PersonMissing);
        return None;
    };
    let times = diary_times(&old).note(changes);
    if let Some(later) = facts.later_of_day {
        changes.changed_for(Why::FurtherDiaryOfDay, later);
    }
    if old.deleted_at.is_some() {
        changes.changed(Why::DeletedMarkIgnored);
    }
    let [temperature, humid, sleep] = [old.temperature, old.humid, old.sleep].map(|old| level(old, changes));
    let diary = Diary {
        id: DiaryId(old.id),
        author: UserId(author),
        date: date_of(times.created_at),
        emotion: emotion(old.emotion.as_deref(), temperature, humid, changes),
        image: images::adopt(old.image, changes),
        content: content(&old.content.unwrap_or_default(), changes),
        is_public: old.is_public.is_some_and(|flag| flag != 0),
        view_count: views(old.views, changes),
        like_count: likes(old.likes, facts.likes, changes),
        sentence: sentence(old.sentence, changes),
        weather: weather(old.weather.as_deref(), changes),
        temperature,
        humid,
        sleep,
        created_at: times.created_at,
        updated_at: times.updated_at,
    };
    Some(AdoptedDiary { diary, is_of_its_day: facts.later_of_day.is_none(), author_leaving })
}

fn level(old: Option<String>, changes: &mut Changes) -> Option<Level> {
    let old = old?;
    let level = Level::from_wire(&old);
    if level.is_none() {
        changes.changed(Why::SliderUnusable);
    }
    level
}

/// The column cut halves off (D-C9). They stay off: the calendar has always shown the whole number.
fn emotion(
    old: Option<&str>,
    temperature: Option<Level>,
    humid: Option<Level>,
    changes: &mut Changes,
) -> Emotion {
    let number = old.and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
    if let Some(emotion) = number.and_then(Emotion::new) {
        return emotion;
    }
    changes.changed(Why::EmotionMended);
    let nearest = number.and_then(|number| Emotion::new(number.clamp(1.0, 5.0)));
    match (temperature.zip(humid), nearest) {
        (None, Some(nearest)) => nearest,
        _ => Emotion::from_sliders(temperature, humid),
    }
}

fn content(old: &str, changes: &mut Changes) -> DiaryHtml {
    let clean = DiaryHtml::sanitise(old);
    if clean.as_str() != old {
        changes.changed(Why::ContentSanitised);
    }
    clean
}

fn views(old: Option<i64>, changes: &mut Changes) -> i64 {
    let views = old.unwrap_or(0);
    if views < 0 {
        changes.changed(Why::ViewsMended);
    }
    views.max(0)
}

fn likes(old: Option<i64>, counted: i64, changes: &mut Changes) -> i64 {
    if old != Some(counted) {
        changes.changed(Why::LikesRecounted);
    }
    counted
}

fn sentence(old: Option<String>, changes: &mut Changes) -> Option<String> {
    let sentence = old?;
    if sentence.trim().is_empty() {
        changes.changed(Why::SentenceBlank);
        return None;
    }
    Some(sentence)
}

/// The middle one, as for a post without weather.
fn weather(old: Option<&str>, changes: &mut Changes) -> Weather {
    old.and_then(Weather::from_wire).unwrap_or_else(|| {
        changes.changed(Why::WeatherUnusable);
        Weather::Cloud
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::adoption::report::Table;

    fn old() -> OldDiary {
        let text = |text: &str| Some(text.to_owned());
        OldDiary {
            id: 3,
            author: Some(7),
            emotion: text("3"),
            image: text("https://a.b/c-blob"),
            content: text("<p>오늘은 <em>맑음</em></p>"),
            is_public: Some(1),
            views: Some(4),
            likes: Some(2),
            sentence: text("구름 뒤에는 해가 있다"),
            weather: text("1"),
            temperature: text("3"),
            humid: text("4"),
            sleep: None,
            created_at: text("2024-01-12 01:30:00.000"),
            updated_at: text("2024-01-11 16:30:00.010"),
            deleted_at: None,
        }
    }

    fn facts() -> DiaryFacts {
        DiaryFacts { author_leaving: Some(false), later_of_day: None, likes: 2 }
    }

    fn adopted(old: OldDiary, facts: &DiaryFacts) -> (Option<AdoptedDiary>, Vec<Why>) {
        let mut changes = Changes::of(Table::Diaries, old.id);
        let diary = adopt(old, facts, &mut changes);
        (diary, changes.reasons())
    }

    fn kept(old: OldDiary) -> (Diary, Vec<Why>) {
        let (adopted, why) = adopted(old, &facts());
        (adopted.unwrap().diary, why)
    }

    #[test]
    fn a_diary_stays_what_it_is_at_its_true_instant() {
        let (diary, why) = kept(old());
        assert_eq!(why, []);
        assert_eq!(
            (diary.id, diary.author, diary.like_count, diary.view_count),
            (DiaryId(3), UserId(7), 2, 4)
        );
        assert_eq!(
            diary.created_at,
            "2024-01-11T16:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        );
        assert_eq!(diary.date.to_string(), "2024-01-12");
        assert_eq!(diary.content.as_str(), "<p>오늘은 <em>맑음</em></p>");
        assert_eq!((diary.emotion, diary.weather), (Emotion::new(3.0).unwrap(), Weather::Rain));
    }

    #[test]
    fn a_further_diary_of_the_day_is_kept_beside_the_calendar() {
        let (diary, why) = adopted(old(), &DiaryFacts { later_of_day: Some(4), ..facts() });
        assert!(!diary.unwrap().is_of_its_day);
        assert_eq!(why, [Why::FurtherDiaryOfDay]);
    }

    #[test]
    fn a_diary_of_nobody_is_dropped() {
        let (diary, why) = adopted(old(), &DiaryFacts { author_leaving: None, ..facts() });
        assert!(diary.is_none());
        assert_eq!(why, [Why::PersonMissing]);
    }

    #[test]
    fn a_mood_out_of_range_is_read_from_the_sliders_or_moved_inside() {
        let mood = |stored: Option<&str>, sliders: bool| {
            let emotion = stored.map(str::to_owned);
            let old = OldDiary { emotion, ..old() };
            let old = if sliders { old } else { OldDiary { temperature: None, ..old } };
            let (diary, why) = kept(old);
            assert_eq!(why, [Why::EmotionMended]);
            diary.emotion.value().to_string()
        };
        assert_eq!(mood(Some("0"), true), "3.5");
        assert_eq!(mood(Some("9"), false), "5");
        assert_eq!(mood(None, true), "3.5");
        assert_eq!(mood(None, false), "3");
    }

    #[test]
    fn what_the_client_could_not_show_is_mended_one_by_one() {
        let text = |text: &str| Some(text.to_owned());
        let (diary, why) = kept(OldDiary {
            content: text("<p onclick=\"x()\">비<script>y()</script></p>"),
            views: Some(-1),
            likes: Some(-1),
            sentence: text(" "),
            weather: text("sunny"),
            humid: text("9"),
            sleep: text(""),
            deleted_at: text("2024-01-12 00:00:00.000"),
            ..old()
        });
        assert_eq!(
            why,
            [
                Why::DeletedMarkIgnored,
                Why::SliderUnusable,
                Why::ContentSanitised,
                Why::ViewsMended,
                Why::LikesRecounted,
                Why::SentenceBlank,
                Why::WeatherUnusable,
            ]
        );
        assert_eq!((diary.content.as_str(), diary.weather), ("<p>비</p>", Weather::Cloud));
        assert_eq!((diary.sentence, diary.humid, diary.sleep, diary.like_count), (None, None, None, 2));
    }
}
