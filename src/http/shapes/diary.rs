//! Diaries on the wire: object "D" of contract §1.0.

use nine_cloud_actors::diaries::Calendar;
use nine_cloud_actors::domain::diary::{Diary, DiaryDetail, DiaryPage, Like};
use nine_cloud_actors::domain::emotion::{Emotion, Level};
use nine_cloud_actors::domain::seoul::calendar_text;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::Urls;
use super::time::Stamp;

/// A diary. `weather` and the sliders are JSON strings, because the client compares them with `===`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiaryBody<Created = Stamp> {
    /// Key.
    #[schema(example = 7)]
    pub diary_id: i64,
    /// Author; strictly compared with `/myInfo`'s `userId`.
    #[serde(rename = "UserId")]
    #[schema(example = 3)]
    pub user_id: i64,
    /// 1–5 with its fraction.
    #[serde(rename = "EmotionStatus", serialize_with = "shortest")]
    #[schema(example = 3.5)]
    pub emotion: f64,
    /// Address of the drawing.
    #[schema(required)]
    pub image: Option<String>,
    /// HTML of the editor, sanitised.
    #[schema(example = "<p>오늘은 맑음</p>")]
    pub content: String,
    /// Whether the community sees it.
    pub is_public: bool,
    /// Views of others.
    pub view_count: i64,
    /// Likes.
    pub like_count: i64,
    /// The fortune sentence.
    #[schema(required)]
    pub sentence: Option<String>,
    /// `"1"` rain, `"2"` cloud, `"3"` sun.
    #[schema(example = "3")]
    pub weather: &'static str,
    /// `"1"`–`"5"`.
    #[schema(required, example = "4")]
    pub temperature: Option<String>,
    /// `"1"`–`"5"`.
    #[schema(required, example = "3")]
    pub humid: Option<String>,
    /// `"1"`–`"5"`.
    #[schema(required, example = "5")]
    pub sleep: Option<String>,
    /// In the form of the route it is answered by.
    pub created_at: Created,
    /// True instant of the author's last edit.
    pub updated_at: Stamp,
    /// Always null.
    #[schema(required, value_type = Option<String>)]
    pub deleted_at: Option<Stamp>,
    /// The day in Seoul it is of.
    #[schema(value_type = String, format = Date, example = "2024-01-12")]
    pub diary_date: String,
}

impl<Created> DiaryBody<Created> {
    fn render(diary: Diary, created_at: Created, urls: Urls<'_>) -> Self {
        let digit = |level: Level| level.value().to_string();
        Self {
            diary_id: diary.id.0,
            user_id: diary.author.0,
            emotion: Emotion::value(diary.emotion),
            image: diary.image.as_ref().map(|image| urls.image(image)),
            content: diary.content.as_str().to_owned(),
            is_public: diary.is_public,
            view_count: diary.view_count,
            like_count: diary.like_count,
            sentence: diary.sentence,
            weather: diary.weather.as_wire(),
            temperature: diary.temperature.map(digit),
            humid: diary.humid.map(digit),
            sleep: diary.sleep.map(digit),
            created_at,
            updated_at: Stamp::true_utc(diary.updated_at),
            deleted_at: None,
            diary_date: diary.date.to_string(),
        }
    }
}

impl DiaryBody {
    /// With the digits of Seoul: feed, detail, and the answers to post, edit and like.
    pub(in crate::http) fn with_seoul_digits(diary: Diary, urls: Urls<'_>) -> Self {
        let created = Stamp::seoul_digits(diary.created_at);
        Self::render(diary, created, urls)
    }

    /// With the true instant: the own list.
    pub(in crate::http) fn with_true_utc(diary: Diary, urls: Urls<'_>) -> Self {
        let created = Stamp::true_utc(diary.created_at);
        Self::render(diary, created, urls)
    }
}

/// A whole number without `.0`, any other with its fraction.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn shortest<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    #[expect(clippy::cast_possible_truncation, reason = "an emotion is within 1–5")]
    if value.fract() == 0.0 {
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}

/// `{"message", "data": D}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DiaryChanged {
    /// What was done.
    #[schema(example = "다이어리 등록 완료")]
    pub message: &'static str,
    /// The diary after it.
    pub data: DiaryBody,
}

/// A page of a feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedBody {
    /// At most ten, newest first.
    pub data: Vec<DiaryBody>,
    /// `true` on the page that is known to be the last, else absent: the client's test is inverted (contract §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<bool>,
}

impl FeedBody {
    pub(in crate::http) fn new(page: DiaryPage, render: impl Fn(Diary) -> DiaryBody) -> Self {
        Self { data: page.diaries.into_iter().map(render).collect(), next: page.is_last.then_some(true) }
    }
}

/// The viewer's like on a detail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LikeBody {
    /// Key.
    #[serde(rename = "diarylikeId")]
    pub like_id: i64,
    /// The viewer.
    #[serde(rename = "UserId")]
    pub user_id: i64,
    /// The diary.
    #[serde(rename = "DiaryId")]
    pub diary_id: i64,
    /// Always true.
    #[serde(rename = "likeExist")]
    pub like_exist: bool,
    /// When.
    #[serde(rename = "createdAt")]
    pub created_at: Stamp,
    /// When.
    #[serde(rename = "updatedAt")]
    pub updated_at: Stamp,
}

impl From<Like> for LikeBody {
    fn from(like: Like) -> Self {
        let at = Stamp::true_utc(like.created_at);
        Self {
            like_id: like.id.0,
            user_id: like.user.0,
            diary_id: like.diary.0,
            like_exist: true,
            created_at: at,
            updated_at: at,
        }
    }
}

/// A diary on its own page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DetailDiary {
    /// The diary.
    #[serde(flatten)]
    pub diary: DiaryBody,
    /// Whether the viewer likes it: lets the client's heart follow the server (contract §9).
    #[serde(rename = "likeExist")]
    pub like_exist: bool,
}

/// `{"data": D, "like": null | {…}}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DetailBody {
    /// The diary.
    pub data: DetailDiary,
    /// The viewer's like; `null` rather than a `likeExist: false`.
    #[schema(required)]
    pub like: Option<LikeBody>,
}

impl DetailBody {
    pub(in crate::http) fn new(detail: DiaryDetail, urls: Urls<'_>) -> Self {
        let diary = DiaryBody::with_seoul_digits(detail.diary, urls);
        let like = detail.like.map(LikeBody::from);
        Self { data: DetailDiary { diary, like_exist: like.is_some() }, like }
    }
}

/// A diary in the calendar, its `createdAt` as `Y. M. D.`
pub(super) type CalendarEntry = DiaryBody<String>;

/// The month.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CalendarBody {
    /// Exactly one entry per day of the month: `null`, or the day's diary.
    pub data: Vec<Option<CalendarEntry>>,
    /// Always an object: the client crashes without it.
    pub user_profile_img: CalendarOwner,
}

/// Whose month it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CalendarOwner {
    /// The caller.
    pub user_id: i64,
    /// Their picture.
    pub profile_img: String,
}

impl CalendarBody {
    pub(in crate::http) fn new(calendar: Calendar, urls: Urls<'_>) -> Self {
        let render = |diary: Diary| {
            let created = calendar_text(diary.date);
            DiaryBody::render(diary, created, urls)
        };
        Self {
            data: calendar.days.into_iter().map(|day| day.map(render)).collect(),
            user_profile_img: CalendarOwner {
                user_id: calendar.owner.id.0,
                profile_img: urls.picture(calendar.owner.profile_image.as_ref()),
            },
        }
    }
}
