//! Rows of the previous service: numbers and texts as they are stored, times as text. What they mean, [`super::rules`] say.

use diesel::QueryableByName;
use diesel::mysql::Mysql;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::report::Table;

/// A row that can be read in pages.
pub(super) trait OldRow: QueryableByName<Mysql> + Send + 'static {
    /// Where it stands.
    const TABLE: Table;
    /// Its columns; the first is the key by which pages go on.
    const COLUMNS: &'static [Column];

    /// Its key.
    fn id(&self) -> i64;
}

/// A column of the old table, under the name of a field below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) field: &'static str,
    /// Spellings, the usual one first.
    pub(super) names: &'static [&'static str],
    /// `SIGNED` or `CHAR`
    pub(super) cast: &'static str,
    /// Without it the table is not that of the previous service; others are absent where there is no such column.
    pub(super) is_required: bool,
}

const fn number(field: &'static str, names: &'static [&'static str]) -> Column {
    Column { field, names, cast: "SIGNED", is_required: true }
}

const fn text(field: &'static str, names: &'static [&'static str]) -> Column {
    Column { field, names, cast: "CHAR", is_required: true }
}

const fn optional(column: Column) -> Column {
    Column { is_required: false, ..column }
}

const CREATED: Column = text("created_at", &["createdAt"]);
const UPDATED: Column = text("updated_at", &["updatedAt"]);
const DELETED: Column = optional(text("deleted_at", &["deletedAt"]));

#[derive(QueryableByName, Clone)]
#[cfg_attr(test, derive(Default))]
pub(super) struct OldPerson {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) username: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) password: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) profile_image: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) created_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) updated_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) deleted_at: Option<String>,
}

impl OldRow for OldPerson {
    const TABLE: Table = Table::People;
    const COLUMNS: &'static [Column] = &[
        number("id", &["userId"]),
        text("username", &["username"]),
        text("password", &["password"]),
        text("email", &["email"]),
        text("profile_image", &["profileImg"]),
        text("kind", &["userType"]),
        CREATED,
        UPDATED,
        DELETED,
    ];

    fn id(&self) -> i64 {
        self.id
    }
}

#[derive(QueryableByName, Clone)]
#[cfg_attr(test, derive(Default))]
pub(super) struct OldDiary {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) author: Option<i64>,
    /// A whole number, as the column cut fractions off; a number all the same.
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) emotion: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) image: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) content: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) is_public: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) views: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) likes: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) sentence: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) weather: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) temperature: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) humid: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) sleep: Option<String>,
    /// Nine hours after the true instant (contract §5.1).
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) created_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) updated_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) deleted_at: Option<String>,
}

impl OldRow for OldDiary {
    const TABLE: Table = Table::Diaries;
    const COLUMNS: &'static [Column] = &[
        number("id", &["diaryId"]),
        number("author", &["UserId"]),
        text("emotion", &["EmotionalStatus", "EmotionStatus"]),
        text("image", &["image"]),
        text("content", &["content"]),
        number("is_public", &["isPublic"]),
        optional(number("views", &["viewCount"])),
        optional(number("likes", &["likeCount"])),
        optional(text("sentence", &["sentence"])),
        text("weather", &["weather"]),
        optional(text("temperature", &["temperature"])),
        optional(text("humid", &["humid"])),
        optional(text("sleep", &["sleep"])),
        CREATED,
        UPDATED,
        DELETED,
    ];

    fn id(&self) -> i64 {
        self.id
    }
}

/// `likeExist` is not read: a row is a like, because taking it back deleted the row.
#[derive(QueryableByName, Clone)]
#[cfg_attr(test, derive(Default))]
pub(super) struct OldLike {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) person: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) diary: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) created_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) updated_at: Option<String>,
}

impl OldRow for OldLike {
    const TABLE: Table = Table::Likes;
    const COLUMNS: &'static [Column] = &[
        number("id", &["diarylikeId"]),
        number("person", &["UserId"]),
        number("diary", &["DiaryId"]),
        CREATED,
        UPDATED,
    ];

    fn id(&self) -> i64 {
        self.id
    }
}

#[derive(QueryableByName, Clone)]
#[cfg_attr(test, derive(Default))]
pub(super) struct OldComment {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) diary: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) author: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) content: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) is_edited: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) created_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) updated_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) deleted_at: Option<String>,
}

impl OldRow for OldComment {
    const TABLE: Table = Table::Comments;
    const COLUMNS: &'static [Column] = &[
        number("id", &["commentId"]),
        number("diary", &["DiaryId"]),
        number("author", &["UserId"]),
        text("content", &["content"]),
        optional(number("is_edited", &["isEdited"])),
        CREATED,
        UPDATED,
        DELETED,
    ];

    fn id(&self) -> i64 {
        self.id
    }
}

#[derive(QueryableByName, Clone)]
#[cfg_attr(test, derive(Default))]
pub(super) struct OldReply {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) comment: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) diary: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) author: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) content: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) created_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) updated_at: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) deleted_at: Option<String>,
}

impl OldRow for OldReply {
    const TABLE: Table = Table::Replies;
    const COLUMNS: &'static [Column] = &[
        number("id", &["secondaryCommentId"]),
        number("comment", &["CommentId"]),
        number("diary", &["DiaryId"]),
        number("author", &["UserId"]),
        text("content", &["content"]),
        CREATED,
        UPDATED,
        DELETED,
    ];

    fn id(&self) -> i64 {
        self.id
    }
}
