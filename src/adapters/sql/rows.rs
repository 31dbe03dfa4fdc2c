//! Rows as the queries read them, and what they mean.

use chrono::NaiveDate;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use nine_cloud_actors::domain::account::{Account, AccountKind, Credentials};
use nine_cloud_actors::domain::comment::{Author, Comment, Reply};
use nine_cloud_actors::domain::diary::{Diary, Like};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::emotion::{Emotion, Level, Weather};
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::html::DiaryHtml;
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, LikeId, MailId, NotificationId, ReplyId, UserId};
use nine_cloud_actors::domain::mail::{Mail, QueuedMail};
use nine_cloud_actors::domain::notification::{Deed, Notification, Preview};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::date_of;
use nine_cloud_actors::domain::session::{Session, SessionId};
use nine_cloud_actors::domain::solution::{Answer, Solution, Source};
use nine_cloud_actors::ports::JobRecord;

use super::fault::{SqlError, SqlResult};
use super::schema::{
    accounts, comment_replies, diary_comments, diary_entries, diary_likes, diary_solutions, jobs,
    notifications, outgoing_mails, sessions,
};
use super::time::Ms;

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(Mysql, Sqlite))]
pub(super) struct AccountRow {
    id: i64,
    email: String,
    username: String,
    profile_image: Option<String>,
    kind: String,
    is_admin: bool,
    suspended_at: Option<Ms>,
    purge_at: Option<Ms>,
}

impl AccountRow {
    pub(super) fn read(self) -> SqlResult<Account> {
        Ok(Account {
            id: UserId(self.id),
            email: Email::parse(&self.email).ok_or(SqlError::Corrupt("address"))?,
            username: self.username,
            profile_image: self.profile_image.map(Image::from_store),
            kind: AccountKind::from_wire(&self.kind).ok_or(SqlError::Corrupt("account kind"))?,
            is_admin: self.is_admin,
            is_suspended: self.suspended_at.is_some(),
            purge_at: self.purge_at.map(Ms::instant),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(Mysql, Sqlite))]
pub(super) struct CredentialsRow {
    #[diesel(embed)]
    account: AccountRow,
    password_hash: Option<String>,
}

impl CredentialsRow {
    pub(super) fn read(self) -> SqlResult<Credentials> {
        Ok(Credentials { account: self.account.read()?, password_hash: self.password_hash.map(Secret::new) })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = diary_entries, check_for_backend(Mysql, Sqlite))]
pub(super) struct DiaryRow {
    id: i64,
    author_id: i64,
    diary_date: Option<NaiveDate>,
    emotion: f64,
    image: Option<String>,
    content: String,
    is_public: bool,
    view_count: i64,
    like_count: i64,
    sentence: Option<String>,
    weather: String,
    temperature: Option<i16>,
    humid: Option<i16>,
    sleep: Option<i16>,
    created_at: Ms,
    updated_at: Ms,
}

impl DiaryRow {
    pub(super) fn read(self) -> SqlResult<Diary> {
        Ok(Diary {
            id: DiaryId(self.id),
            author: UserId(self.author_id),
            date: self.diary_date.unwrap_or_else(|| date_of(self.created_at.instant())),
            emotion: Emotion::new(self.emotion).ok_or(SqlError::Corrupt("emotion"))?,
            image: self.image.map(Image::from_store),
            content: DiaryHtml::from_store(self.content),
            is_public: self.is_public,
            view_count: self.view_count,
            like_count: self.like_count,
            sentence: self.sentence,
            weather: Weather::from_wire(&self.weather).ok_or(SqlError::Corrupt("weather"))?,
            temperature: level(self.temperature)?,
            humid: level(self.humid)?,
            sleep: level(self.sleep)?,
            created_at: self.created_at.instant(),
            updated_at: self.updated_at.instant(),
        })
    }
}

fn level(stored: Option<i16>) -> SqlResult<Option<Level>> {
    stored
        .map(|value| u8::try_from(value).ok().and_then(Level::new).ok_or(SqlError::Corrupt("slider")))
        .transpose()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = diary_likes, check_for_backend(Mysql, Sqlite))]
pub(super) struct LikeRow {
    id: i64,
    user_id: i64,
    diary_id: i64,
    created_at: Ms,
}

impl LikeRow {
    pub(super) fn read(self) -> Like {
        Like {
            id: LikeId(self.id),
            user: UserId(self.user_id),
            diary: DiaryId(self.diary_id),
            created_at: self.created_at.instant(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(Mysql, Sqlite))]
pub(super) struct AuthorRow {
    id: i64,
    username: String,
    profile_image: Option<String>,
}

impl AuthorRow {
    fn read(self) -> Author {
        Author {
            id: UserId(self.id),
            username: self.username,
            profile_image: self.profile_image.map(Image::from_store),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = diary_comments, check_for_backend(Mysql, Sqlite))]
pub(super) struct CommentRow {
    id: i64,
    diary_id: i64,
    content: String,
    is_edited: bool,
    created_at: Ms,
    updated_at: Ms,
}

impl CommentRow {
    pub(super) fn read(self, author: AuthorRow) -> Comment {
        Comment {
            id: CommentId(self.id),
            diary: DiaryId(self.diary_id),
            author: author.read(),
            content: self.content,
            is_edited: self.is_edited,
            created_at: self.created_at.instant(),
            updated_at: self.updated_at.instant(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = comment_replies, check_for_backend(Mysql, Sqlite))]
pub(super) struct ReplyRow {
    id: i64,
    comment_id: i64,
    diary_id: i64,
    content: String,
    created_at: Ms,
    updated_at: Ms,
}

impl ReplyRow {
    pub(super) fn read(self, author: AuthorRow) -> Reply {
        Reply {
            id: ReplyId(self.id),
            comment: CommentId(self.comment_id),
            diary: DiaryId(self.diary_id),
            author: author.read(),
            content: self.content,
            created_at: self.created_at.instant(),
            updated_at: self.updated_at.instant(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notifications, check_for_backend(Mysql, Sqlite))]
pub(super) struct NotificationRow {
    id: i64,
    recipient_id: i64,
    diary_id: i64,
    comment_id: Option<i64>,
    reply_id: Option<i64>,
    created_at: Ms,
    read_at: Option<Ms>,
}

impl NotificationRow {
    /// `text`: of the comment or reply, if it may be shown.
    pub(super) fn read(self, actor: AuthorRow, text: Option<&str>) -> SqlResult<Notification> {
        let deed = match (self.comment_id, self.reply_id) {
            (None, None) => Deed::Like,
            (Some(comment), None) => Deed::Comment(CommentId(comment)),
            (Some(comment), Some(reply)) => {
                Deed::Reply { comment: CommentId(comment), reply: ReplyId(reply) }
            }
            (None, Some(_)) => return Err(SqlError::Corrupt("notification")),
        };
        Ok(Notification {
            id: NotificationId(self.id),
            recipient: UserId(self.recipient_id),
            actor: actor.read(),
            diary: DiaryId(self.diary_id),
            deed,
            preview: text.map(Preview::of),
            created_at: self.created_at.instant(),
            read_at: self.read_at.map(Ms::instant),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(Mysql, Sqlite))]
pub(super) struct SessionRow {
    id: String,
    user_id: i64,
    device: Option<String>,
    created_at: Ms,
    last_used_at: Ms,
    expires_at: Ms,
}

impl SessionRow {
    pub(super) fn read(self) -> SqlResult<Session> {
        Ok(Session {
            id: SessionId::parse(&self.id).ok_or(SqlError::Corrupt("session id"))?,
            user: UserId(self.user_id),
            device: self.device,
            created_at: self.created_at.instant(),
            last_used_at: self.last_used_at.instant(),
            expires_at: self.expires_at.instant(),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outgoing_mails, check_for_backend(Mysql, Sqlite))]
pub(super) struct MailRow {
    id: i64,
    recipient: String,
    subject: String,
    html: String,
    plain: String,
    attempts: i32,
}

impl MailRow {
    pub(super) fn read(self) -> SqlResult<QueuedMail> {
        let to = Email::parse(&self.recipient).ok_or(SqlError::Corrupt("recipient"))?;
        let mail = Mail { to, subject: self.subject, html: self.html, text: self.plain };
        Ok(QueuedMail { id: MailId(self.id), mail, attempts: self.attempts })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs, check_for_backend(Mysql, Sqlite))]
pub(super) struct JobRow {
    name: String,
    due_at: Ms,
    last_started_at: Option<Ms>,
    last_node: Option<String>,
    last_millis: Option<i64>,
    last_error: Option<String>,
}

impl JobRow {
    pub(super) fn read(self) -> JobRecord {
        JobRecord {
            name: self.name,
            due_at: self.due_at.instant(),
            last_run: self.last_started_at.map(Ms::instant).zip(self.last_node),
            last_millis: self.last_millis,
            last_error: self.last_error,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = diary_solutions, check_for_backend(Mysql, Sqlite))]
pub(super) struct SolutionRow {
    title: String,
    first_tip: String,
    second_tip: String,
    source: String,
    model: Option<String>,
    created_at: Ms,
}

impl SolutionRow {
    pub(super) fn read(self) -> SqlResult<Answer> {
        Ok(Answer {
            solution: Solution { title: self.title, action_tips: [self.first_tip, self.second_tip] },
            source: Source::from_wire(&self.source).ok_or(SqlError::Corrupt("source"))?,
            model: self.model,
            created_at: self.created_at.instant(),
        })
    }
}
