//! What people are told of, on the wire: in the list, and as the event `notification`.

use nine_cloud_actors::domain::comment::Author;
use nine_cloud_actors::domain::notification::{Deed, Notification, NotificationPage, Preview};
use serde::Serialize;
use utoipa::ToSchema;

use super::Urls;
use super::time::Stamp;

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActorBody {
    /// Key.
    pub user_id: i64,
    /// Their name now.
    #[schema(example = "미나")]
    pub username: String,
    /// Their picture now; never absent.
    pub profile_img: String,
}

impl ActorBody {
    fn new(actor: &Author, urls: Urls<'_>) -> Self {
        Self {
            user_id: actor.id.0,
            username: actor.username.clone(),
            profile_img: urls.picture(actor.profile_image.as_ref()),
        }
    }
}

/// A notification as JSON, for sockets.
pub fn notification_json(notification: &Notification, public_url: &str) -> String {
    let urls = Urls { public_url };
    // A struct of strings and numbers always serializes.
    serde_json::to_string(&NotificationBody::new(notification, urls)).unwrap_or_default()
}

/// One deed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationBody {
    /// Key; later ones are higher.
    pub notification_id: i64,
    /// `like`, `comment` or `reply`.
    #[schema(example = "comment")]
    pub kind: &'static str,
    /// Of which diary, or below which.
    #[serde(rename = "DiaryId")]
    pub diary_id: i64,
    /// The comment, or the one replied to; absent for likes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment_id: Option<i64>,
    /// The reply; absent for likes and comments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secondary_comment_id: Option<i64>,
    /// Who did it; never the caller.
    pub actor: ActorBody,
    /// The first 40 characters of the comment or reply as it is now; absent for likes, and while the diary is private.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "저도 오늘 그랬어요")]
    pub preview: Option<String>,
    /// True instant.
    pub created_at: Stamp,
    /// When it was marked as read.
    #[schema(required)]
    pub read_at: Option<Stamp>,
}

impl NotificationBody {
    pub(in crate::http) fn new(notification: &Notification, urls: Urls<'_>) -> Self {
        let (comment, reply) = match notification.deed {
            Deed::Like => (None, None),
            Deed::Comment(comment) => (Some(comment.0), None),
            Deed::Reply { comment, reply } => (Some(comment.0), Some(reply.0)),
        };
        Self {
            notification_id: notification.id.0,
            kind: notification.deed.as_wire(),
            diary_id: notification.diary.0,
            comment_id: comment,
            secondary_comment_id: reply,
            actor: ActorBody::new(&notification.actor, urls),
            preview: notification.preview.as_ref().map(Preview::as_str).map(ToOwned::to_owned),
            created_at: Stamp::true_utc(notification.created_at),
            read_at: notification.read_at.map(Stamp::true_utc),
        }
    }
}

/// `{"data": [N, …], "unread": n, "cursor": id | null}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationList {
    /// Newest first.
    pub data: Vec<NotificationBody>,
    /// Unread ones of all pages.
    #[schema(minimum = 0)]
    pub unread: i64,
    /// Asks for the next page; `null` on the last.
    #[schema(required)]
    pub cursor: Option<i64>,
}

impl NotificationList {
    pub(in crate::http) fn new(page: &NotificationPage, urls: Urls<'_>) -> Self {
        let render = |notification| NotificationBody::new(notification, urls);
        Self {
            data: page.notifications.iter().map(render).collect(),
            unread: page.unread,
            cursor: page.next.map(|next| next.0),
        }
    }
}
