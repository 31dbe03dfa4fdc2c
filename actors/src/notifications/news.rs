//! Saying a deed on to those for whom it was stored.

use std::sync::Arc;

use crate::domain::comment::Author;
use crate::domain::ids::DiaryId;
use crate::domain::notification::{Deed, Notification, Preview};
use crate::domain::seoul::{Instant, to_millis};
use crate::ports::Notified;
use crate::sessions::Person;

/// What the caller has just done.
pub(crate) struct News {
    pub(crate) diary: DiaryId,
    pub(crate) deed: Deed,
    /// Nobody else is told of what happens below a private diary, so that this may be shown to whoever is.
    pub(crate) preview: Option<Preview>,
    pub(crate) at: Instant,
}

impl News {
    /// Shows it to the recipients who are active, as their list would.
    pub(crate) fn tell(self, actor: &Person, recipients: impl IntoIterator<Item = Notified>) {
        for Notified { id, recipient } in recipients {
            let account = &actor.account;
            actor.notify(Arc::new(Notification {
                id,
                recipient,
                actor: Author {
                    id: account.id,
                    username: account.username.clone(),
                    profile_image: account.profile_image.clone(),
                },
                diary: self.diary,
                deed: self.deed,
                preview: self.preview.clone(),
                created_at: to_millis(self.at),
                read_at: None,
            }));
        }
    }
}
