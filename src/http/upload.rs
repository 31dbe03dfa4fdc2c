//! Receiving a form with an image: admitted by the pipeline before a byte of it is buffered.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::Payload;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::uploads::RawImage;

use super::body::{self, Form, read_form};
use super::error::ApiResult;
use super::state::Api;

/// The body of a request, unread.
pub(super) type Body = Payload;

/// How long a full pipeline is waited for, unless a lost diary is at stake.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Reads the texts `names` and the image of a form of `user`, at most `patience` after a place for it was asked for.
pub(super) async fn receive(
    api: &Api,
    user: UserId,
    request: &HttpRequest,
    body: Body,
    names: &[&'static str],
    patience: Duration,
) -> ApiResult<(Form, Option<RawImage>)> {
    let ticket = api.node.uploads.admit(user, patience).await?;
    let mut form = read_form(request.headers(), body, names, body::Patience::BODY).await?;
    let image = form.image.take().map(|bytes| RawImage { bytes, ticket });
    Ok((form, image))
}
