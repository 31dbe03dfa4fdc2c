//! `/myInfo/preferences`: what the owner of the account wants.

use actix_web::web::Json;
use nine_cloud_actors::counsel::{GetAiConsent, SetAiConsent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::error::ApiResult;
use crate::http::fields::{Fields, invalid};
use crate::http::requests::PreferencesRequest;
use crate::http::state::Api;

/// What can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preferences {
    /// Whether a model may read what the caller writes; `false` until they say so.
    ai_consent: bool,
}

/// `{"data": {…}}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferencesBody {
    data: Preferences,
}

impl PreferencesBody {
    fn new(ai_consent: bool) -> Json<Self> {
        Json(Self { data: Preferences { ai_consent } })
    }
}

/// Reads the own preferences
#[utoipa::path(get, path = "/myInfo/preferences", tag = "account", security(("access" = [])),
    responses((status = 200, body = PreferencesBody)))]
pub(crate) async fn get(api: Api, caller: Caller) -> ApiResult<Json<PreferencesBody>> {
    Ok(PreferencesBody::new(api.node.ask(caller, GetAiConsent).await?))
}

/// Changes the own preferences
#[utoipa::path(patch, path = "/myInfo/preferences", tag = "account", security(("access" = [])),
    request_body = PreferencesRequest,
    responses((status = 200, body = PreferencesBody)))]
pub(crate) async fn edit(api: Api, caller: Caller, fields: Fields) -> ApiResult<Json<PreferencesBody>> {
    let given = fields.flag("aiConsent")?.ok_or(invalid("aiConsent", "필수 항목입니다."))?;
    api.node.ask(caller, SetAiConsent(given)).await?;
    Ok(PreferencesBody::new(given))
}
