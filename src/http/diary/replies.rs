//! `/diary/detail/secondaryComment/…`: replies below a comment.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Json, Path};
use nine_cloud_actors::comments::{AddReply, DeleteReply, EditReply, ListReplies};
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, ReplyId};

use crate::http::caller::Caller;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::fields::Fields;
use crate::http::params;
use crate::http::requests::CommentRequest;
use crate::http::shapes::{Message, ReplyList, Urls, said};
use crate::http::state::Api;

/// Reads all replies below a diary, newest first
#[utoipa::path(get, path = "/diary/detail/secondaryComment/{diaryId}", tag = "comment", security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)),
    responses((status = 200, body = ReplyList)))]
pub(crate) async fn list(api: Api, caller: Caller, path: Path<String>) -> ApiResult<Json<ReplyList>> {
    let diary = DiaryId(params::id("diaryId", &path)?);
    let replies = api.node.ask(caller, ListReplies(diary)).await?;
    Ok(Json(ReplyList::new(replies, Urls::of(&api.node))))
}

/// Writes a reply below a comment of a visible diary
#[utoipa::path(post, path = "/diary/detail/secondaryComment/{diaryId}/{commentId}", tag = "comment",
    security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1), ("commentId" = i64, Path, minimum = 1)),
    request_body = CommentRequest,
    responses(
        (status = 201, body = Message),
        (status = 404, body = ErrorBody, description = "`comment_not_found`"),
    ))]
pub(crate) async fn add(
    api: Api,
    caller: Caller,
    path: Path<(String, String)>,
    fields: Fields,
) -> ApiResult<HttpResponse> {
    let command = AddReply {
        diary: DiaryId(params::id("diaryId", &path.0)?),
        comment: CommentId(params::id("commentId", &path.1)?),
        text: fields.comment()?,
    };
    api.node.ask(caller, command).await?;
    Ok(said(StatusCode::CREATED, "대댓글이 등록되었습니다"))
}

/// Changes an own reply
#[utoipa::path(patch, path = "/diary/detail/secondaryComment/{diaryId}/{secondaryCommentId}", tag = "comment",
    security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1), ("secondaryCommentId" = i64, Path, minimum = 1)),
    request_body = CommentRequest,
    responses(
        (status = 201, body = Message),
        (status = 401, body = ErrorBody, description = "`comment_not_yours`, or the token"),
    ))]
pub(crate) async fn edit(
    api: Api,
    caller: Caller,
    path: Path<(String, String)>,
    fields: Fields,
) -> ApiResult<HttpResponse> {
    let command = EditReply {
        diary: DiaryId(params::id("diaryId", &path.0)?),
        reply: ReplyId(params::id("secondaryCommentId", &path.1)?),
        text: fields.comment()?,
    };
    api.node.ask(caller, command).await?;
    Ok(said(StatusCode::CREATED, "대댓글 수정 완료"))
}

/// Removes an own reply
#[utoipa::path(delete, path = "/diary/detail/secondaryComment/{secondaryCommentId}", tag = "comment",
    security(("access" = [])),
    params(("secondaryCommentId" = i64, Path, minimum = 1)),
    responses(
        (status = 201, body = Message),
        (status = 401, body = ErrorBody, description = "`comment_not_yours`, or the token"),
        (status = 404, body = ErrorBody, description = "`comment_not_found`"),
    ))]
pub(crate) async fn delete(api: Api, caller: Caller, path: Path<String>) -> ApiResult<HttpResponse> {
    api.node.ask(caller, DeleteReply(ReplyId(params::id("secondaryCommentId", &path)?))).await?;
    Ok(said(StatusCode::CREATED, "대댓글 삭제 완료"))
}
