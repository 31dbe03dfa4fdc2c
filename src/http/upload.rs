//! Receiving a form with an image: admitted by the pipeline before more than a little of it is buffered.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::Payload;
use nine_cloud_actors::people::ConfirmSession;
use nine_cloud_actors::uploads::RawImage;

use super::body::{self, Form, read_form};
use super::caller::Caller;
use super::error::ApiResult;
use super::state::Api;

/// The body of a request, unread.
pub(super) type Body = Payload;

/// How long a full pipeline is waited for, unless a lost diary is at stake.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Reads the texts `names` and the image of a form of `caller`. A full pipeline is waited for as long as `patience`.
///
/// The session is looked at first: who was signed out may not keep a place from others.
pub(super) async fn receive(
    api: &Api,
    caller: &Caller,
    request: &HttpRequest,
    body: Body,
    names: &[&'static str],
    patience: Duration,
) -> ApiResult<(Form, Option<RawImage>)> {
    api.node.ask(caller.clone(), ConfirmSession).await?;
    let user = caller.0.user;
    let mut ticket = None;
    let admit = async || {
        ticket = Some(api.node.uploads.admit(user, patience).await?);
        Ok(())
    };
    let mut form = read_form(request.headers(), body, names, body::Patience::BODY, admit).await?;
    let Some(bytes) = form.image.take() else { return Ok((form, None)) };
    let ticket = match ticket {
        Some(ticket) => ticket,
        None => api.node.uploads.admit(user, patience).await?,
    };
    Ok((form, Some(RawImage { bytes, ticket })))
}
