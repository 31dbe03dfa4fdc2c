//! Adopted rows as their columns: what a statement can borrow.

use chrono::NaiveDate;
use nine_cloud_actors::domain::diary::Like;
use nine_cloud_actors::domain::emotion::Level;
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::secret::Secret;

use super::adoption::{AdoptedComment, AdoptedDiary, AdoptedPerson, AdoptedReply};
use super::time::Ms;

pub(super) struct PersonColumns<'a> {
    pub(super) id: i64,
    pub(super) email: &'a str,
    pub(super) email_key: &'a str,
    pub(super) username: &'a str,
    pub(super) password_hash: Option<&'a str>,
    pub(super) profile_image: Option<&'a str>,
    pub(super) kind: &'static str,
    pub(super) purge_at: Option<Ms>,
    pub(super) created_at: Ms,
    pub(super) updated_at: Ms,
}

impl<'a> PersonColumns<'a> {
    pub(super) fn of(person: &'a AdoptedPerson) -> Self {
        Self {
            id: person.id,
            email: person.email.as_typed(),
            email_key: person.email.key(),
            username: &person.username,
            password_hash: person.password_hash.as_ref().map(Secret::reveal),
            profile_image: person.profile_image.as_ref().map(Image::as_store),
            kind: person.kind.as_wire(),
            purge_at: person.purge_at.map(Ms::from),
            created_at: person.created_at.into(),
            updated_at: person.updated_at.into(),
        }
    }
}

pub(super) struct DiaryColumns<'a> {
    pub(super) id: i64,
    pub(super) author: i64,
    pub(super) date: Option<NaiveDate>,
    pub(super) emotion: f64,
    pub(super) image: Option<&'a str>,
    pub(super) content: &'a str,
    pub(super) is_public: bool,
    pub(super) author_leaving: bool,
    pub(super) views: i64,
    pub(super) likes: i64,
    pub(super) sentence: Option<&'a str>,
    pub(super) weather: &'static str,
    /// Temperature, humidity, sleep.
    pub(super) levels: [Option<i16>; 3],
    pub(super) created_at: Ms,
    pub(super) updated_at: Ms,
}

impl<'a> DiaryColumns<'a> {
    pub(super) fn of(adopted: &'a AdoptedDiary) -> Self {
        let AdoptedDiary { diary, is_of_its_day, author_leaving } = adopted;
        let level = |level: Option<Level>| level.map(|level| i16::from(level.value()));
        Self {
            id: diary.id.0,
            author: diary.author.0,
            date: is_of_its_day.then_some(diary.date),
            emotion: diary.emotion.value(),
            image: diary.image.as_ref().map(Image::as_store),
            content: diary.content.as_str(),
            is_public: diary.is_public,
            author_leaving: *author_leaving,
            views: diary.view_count,
            likes: diary.like_count,
            sentence: diary.sentence.as_deref(),
            weather: diary.weather.as_wire(),
            levels: [diary.temperature, diary.humid, diary.sleep].map(level),
            created_at: diary.created_at.into(),
            updated_at: diary.updated_at.into(),
        }
    }
}

pub(super) struct LikeColumns {
    pub(super) id: i64,
    pub(super) person: i64,
    pub(super) diary: i64,
    pub(super) created_at: Ms,
}

impl LikeColumns {
    pub(super) fn of(like: &Like) -> Self {
        Self { id: like.id.0, person: like.user.0, diary: like.diary.0, created_at: like.created_at.into() }
    }
}

pub(super) struct CommentColumns<'a> {
    pub(super) id: i64,
    pub(super) diary: i64,
    pub(super) author: i64,
    pub(super) content: &'a str,
    pub(super) is_edited: bool,
    pub(super) created_at: Ms,
    pub(super) updated_at: Ms,
}

impl<'a> CommentColumns<'a> {
    pub(super) fn of(comment: &'a AdoptedComment) -> Self {
        Self {
            id: comment.id,
            diary: comment.diary,
            author: comment.author,
            content: &comment.content,
            is_edited: comment.is_edited,
            created_at: comment.created_at.into(),
            updated_at: comment.updated_at.into(),
        }
    }
}

pub(super) struct ReplyColumns<'a> {
    pub(super) id: i64,
    pub(super) comment: i64,
    pub(super) diary: i64,
    pub(super) author: i64,
    pub(super) content: &'a str,
    pub(super) created_at: Ms,
    pub(super) updated_at: Ms,
}

impl<'a> ReplyColumns<'a> {
    pub(super) fn of(reply: &'a AdoptedReply) -> Self {
        Self {
            id: reply.id,
            comment: reply.comment,
            diary: reply.diary,
            author: reply.author,
            content: &reply.content,
            created_at: reply.created_at.into(),
            updated_at: reply.updated_at.into(),
        }
    }
}
