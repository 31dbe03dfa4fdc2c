//! `/myInfo`: the own account.

pub(super) mod edit;
pub(super) mod edit_pw;
pub(super) mod sessions;

use actix_web::web::Json;
use nine_cloud_actors::domain::account::Account;
use nine_cloud_actors::people::GetMyInfo;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::ApiResult;
use super::shapes::Urls;
use super::state::Api;

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountBody {
    /// Key.
    #[schema(example = 3)]
    user_id: i64,
    #[schema(example = "미나")]
    username: String,
    #[schema(example = "mina@example.com")]
    email: String,
    /// Never absent; people without a picture get the default one.
    profile_img: String,
    /// `Common`, `K`, `G` or `N`.
    #[schema(example = "Common")]
    user_type: &'static str,
}

impl AccountBody {
    pub(super) fn new(account: Account, urls: Urls<'_>) -> Self {
        Self {
            user_id: account.id.0,
            profile_img: urls.picture(account.profile_image.as_ref()),
            email: account.email.as_typed().to_owned(),
            username: account.username,
            user_type: account.kind.as_wire(),
        }
    }
}

/// `{"data": {…}}`
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyInfo {
    data: AccountBody,
}

/// Reads the own account
#[utoipa::path(get, path = "/myInfo", tag = "account", security(("access" = [])),
    responses((status = 200, body = MyInfo)))]
pub(super) async fn get(api: Api, caller: Caller) -> ApiResult<Json<MyInfo>> {
    let account = api.node.ask(caller, GetMyInfo).await?;
    Ok(Json(MyInfo { data: AccountBody::new(account, Urls::of(&api.node)) }))
}
