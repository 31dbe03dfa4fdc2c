//! Comments and replies on the wire: contract §1.20 and §1.21.

use nine_cloud_actors::domain::comment::{Author, Comment, Reply};
use serde::Serialize;
use utoipa::ToSchema;

use super::Urls;
use super::time::Stamp;

/// Who wrote it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonBody {
    /// Their name now.
    #[schema(example = "미나")]
    pub username: String,
    /// Their picture now; never absent.
    pub profile_img: String,
}

impl PersonBody {
    fn new(author: Author, urls: Urls<'_>) -> Self {
        Self { profile_img: urls.picture(author.profile_image.as_ref()), username: author.username }
    }
}

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommentBody {
    /// Key.
    pub comment_id: i64,
    /// Below which diary.
    #[serde(rename = "DiaryId")]
    pub diary_id: i64,
    /// By whom.
    #[serde(rename = "UserId")]
    pub user_id: i64,
    /// Plain text as typed.
    #[schema(example = "저도 오늘 그랬어요")]
    pub content: String,
    /// Whether its author changed it.
    pub is_edited: bool,
    /// True instant.
    pub created_at: Stamp,
    /// True instant.
    pub updated_at: Stamp,
    /// Always null.
    #[schema(required, value_type = Option<String>)]
    pub deleted_at: Option<Stamp>,
    /// By whom.
    #[serde(rename = "User")]
    pub user: PersonBody,
}

/// `{"data": [C, …]}`, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommentList {
    /// The comments.
    pub data: Vec<CommentBody>,
}

impl CommentList {
    pub(in crate::http) fn new(comments: Vec<Comment>, urls: Urls<'_>) -> Self {
        let render = |comment: Comment| CommentBody {
            comment_id: comment.id.0,
            diary_id: comment.diary.0,
            user_id: comment.author.id.0,
            content: comment.content,
            is_edited: comment.is_edited,
            created_at: Stamp::true_utc(comment.created_at),
            updated_at: Stamp::true_utc(comment.updated_at),
            deleted_at: None,
            user: PersonBody::new(comment.author, urls),
        };
        Self { data: comments.into_iter().map(render).collect() }
    }
}

/// A reply ("secondary comment").
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplyBody {
    /// Key.
    pub secondary_comment_id: i64,
    /// Below which comment.
    #[serde(rename = "CommentId")]
    pub comment_id: i64,
    /// Of which diary.
    #[serde(rename = "DiaryId")]
    pub diary_id: i64,
    /// By whom.
    #[serde(rename = "UserId")]
    pub user_id: i64,
    /// Plain text as typed.
    pub content: String,
    /// True instant.
    pub created_at: Stamp,
    /// True instant.
    pub updated_at: Stamp,
    /// By whom.
    #[serde(rename = "User")]
    pub user: PersonBody,
}

/// `{"data": [R, …]}`, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyList {
    /// The replies.
    pub data: Vec<ReplyBody>,
}

impl ReplyList {
    pub(in crate::http) fn new(replies: Vec<Reply>, urls: Urls<'_>) -> Self {
        let render = |reply: Reply| ReplyBody {
            secondary_comment_id: reply.id.0,
            comment_id: reply.comment.0,
            diary_id: reply.diary.0,
            user_id: reply.author.id.0,
            content: reply.content,
            created_at: Stamp::true_utc(reply.created_at),
            updated_at: Stamp::true_utc(reply.updated_at),
            user: PersonBody::new(reply.author, urls),
        };
        Self { data: replies.into_iter().map(render).collect() }
    }
}
