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

/// Declares a row once: `field: number "column"` or `text "column"`, `optional` in front where the column may be missing.
/// Everything but the key may be `NULL`.
macro_rules! old_row {
    (@type number) => { i64 };
    (@type text) => { String };
    (@sql number) => { BigInt };
    (@sql text) => { Text };
    (@cast number) => { "SIGNED" };
    (@cast text) => { "CHAR" };
    (@required) => { true };
    (@required optional) => { false };
    (
        $(#[$row_note:meta])*
        $row:ident of $table:ident, by $key:literal:
        $( $(#[$note:meta])* $field:ident: $([$optional:ident])? $kind:ident $($name:literal)|+ ),+ $(,)?
    ) => {
        $(#[$row_note])*
        #[derive(QueryableByName, Clone)]
        #[cfg_attr(test, derive(Default))]
        pub(super) struct $row {
            #[diesel(sql_type = BigInt)]
            pub(super) id: i64,
            $(
                $(#[$note])*
                #[diesel(sql_type = Nullable<old_row!(@sql $kind)>)]
                pub(super) $field: Option<old_row!(@type $kind)>,
            )+
        }

        impl OldRow for $row {
            const TABLE: Table = Table::$table;
            const COLUMNS: &'static [Column] = &[
                Column { field: "id", names: &[$key], cast: "SIGNED", is_required: true },
                $(Column {
                    field: stringify!($field),
                    names: &[$($name),+],
                    cast: old_row!(@cast $kind),
                    is_required: old_row!(@required $($optional)?),
                },)+
            ];

            fn id(&self) -> i64 {
                self.id
            }
        }
    };
}

old_row! {
    OldPerson of People, by "userId":
    username: text "username",
    password: text "password",
    email: text "email",
    profile_image: text "profileImg",
    kind: text "userType",
    created_at: text "createdAt",
    updated_at: text "updatedAt",
    deleted_at: [optional] text "deletedAt",
}

old_row! {
    OldDiary of Diaries, by "diaryId":
    author: number "UserId",
    /// A whole number, as the column cut fractions off; a number all the same.
    emotion: text "EmotionalStatus" | "EmotionStatus",
    image: text "image",
    content: text "content",
    is_public: number "isPublic",
    views: [optional] number "viewCount",
    likes: [optional] number "likeCount",
    sentence: [optional] text "sentence",
    weather: text "weather",
    temperature: [optional] text "temperature",
    humid: [optional] text "humid",
    sleep: [optional] text "sleep",
    /// Nine hours after the true instant (contract §5.1).
    created_at: text "createdAt",
    updated_at: text "updatedAt",
    deleted_at: [optional] text "deletedAt",
}

old_row! {
    /// `likeExist` is not read: a row is a like, because taking it back deleted the row.
    OldLike of Likes, by "diarylikeId":
    person: number "UserId",
    diary: number "DiaryId",
    created_at: text "createdAt",
    updated_at: text "updatedAt",
}

old_row! {
    OldComment of Comments, by "commentId":
    diary: number "DiaryId",
    author: number "UserId",
    content: text "content",
    is_edited: [optional] number "isEdited",
    created_at: text "createdAt",
    updated_at: text "updatedAt",
    deleted_at: [optional] text "deletedAt",
}

old_row! {
    OldReply of Replies, by "secondaryCommentId":
    comment: number "CommentId",
    diary: number "DiaryId",
    author: number "UserId",
    content: text "content",
    created_at: text "createdAt",
    updated_at: text "updatedAt",
    deleted_at: [optional] text "deletedAt",
}
