//! `/diary/detail/comment/{id}`: comments below a diary.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use nine_cloud_actors::comments::{AddComment, DeleteComment, EditComment, ListComments};
use nine_cloud_actors::diaries::{ListPublicComments, Viewer};
use nine_cloud_actors::domain::ids::{CommentId, DiaryId};

use crate::http::caller::{Caller, MaybeCaller};
use crate::http::client::Client;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::fields::Fields;
use crate::http::params;
use crate::http::requests::CommentRequest;
use crate::http::shapes::{CommentList, Message, Urls, said};
use crate::http::state::Api;

/// Reads the comments of a diary, newest first
///
/// Empty for a diary that is missing or not visible: the client crashes on any refusal here.
#[utoipa::path(get, path = "/diary/detail/comment/{diaryId}", tag = "comment", security((), ("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)),
    responses((status = 200, body = CommentList)))]
pub(crate) async fn list(
    api: Api,
    caller: MaybeCaller,
    client: Client,
    path: Path<String>,
) -> ApiResult<HttpResponse> {
    let diary = DiaryId(params::id("diaryId", &path)?);
    let viewer = caller.0.as_ref().map_or(Viewer::Visitor(client.0), |caller| Viewer::Person(caller.0.user));
    // Held until the answer is made, so that the detail does not overtake it (D-H1).
    let _reading = api.node.comment_reads.begin(viewer, diary);
    let comments = match caller.0 {
        Some(caller) => api.node.ask(caller, ListComments(diary)).await?,
        None => api.feed(ListPublicComments { diary, client: client.0 }).await?,
    };
    Ok(HttpResponse::Ok().json(CommentList::new(comments, Urls::of(&api.node))))
}

/// Writes a comment below a visible diary
#[utoipa::path(post, path = "/diary/detail/comment/{diaryId}", tag = "comment", security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)), request_body = CommentRequest,
    responses((status = 201, body = Message)))]
pub(crate) async fn add(
    api: Api,
    caller: Caller,
    path: Path<String>,
    fields: Fields,
) -> ApiResult<HttpResponse> {
    let diary = DiaryId(params::id("diaryId", &path)?);
    api.node.ask(caller, AddComment { diary, text: fields.comment()? }).await?;
    Ok(said(StatusCode::CREATED, "댓글이 등록되었습니다"))
}

/// Changes an own comment
#[utoipa::path(patch, path = "/diary/detail/comment/{commentId}", tag = "comment", security(("access" = [])),
    params(("commentId" = i64, Path, minimum = 1)), request_body = CommentRequest,
    responses(
        (status = 201, body = Message),
        (status = 401, body = ErrorBody, description = "`comment_not_yours`, or the token"),
    ))]
pub(crate) async fn edit(
    api: Api,
    caller: Caller,
    path: Path<String>,
    fields: Fields,
) -> ApiResult<HttpResponse> {
    let comment = CommentId(params::id("commentId", &path)?);
    api.node.ask(caller, EditComment { comment, text: fields.comment()? }).await?;
    Ok(said(StatusCode::CREATED, "댓글 수정 완료"))
}

/// Removes an own comment with its replies
#[utoipa::path(delete, path = "/diary/detail/comment/{commentId}", tag = "comment", security(("access" = [])),
    params(("commentId" = i64, Path, minimum = 1)),
    responses(
        (status = 201, body = Message),
        (status = 401, body = ErrorBody, description = "`comment_not_yours`, or the token"),
        (status = 404, body = ErrorBody, description = "`comment_not_found`"),
    ))]
pub(crate) async fn delete(api: Api, caller: Caller, path: Path<String>) -> ApiResult<HttpResponse> {
    api.node.ask(caller, DeleteComment(CommentId(params::id("commentId", &path)?))).await?;
    Ok(said(StatusCode::CREATED, "댓글 삭제 완료"))
}
