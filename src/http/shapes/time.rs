//! The three forms of `createdAt` (contract §5.3).

use nine_cloud_actors::domain::seoul::{Instant, iso_millis, wall_clock};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// An instant as `YYYY-MM-DDTHH:MM:SS.mmmZ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2024-01-12T01:30:00.000Z")]
pub(crate) struct Stamp(Instant);

impl Stamp {
    /// The true instant.
    pub(crate) fn true_utc(at: Instant) -> Self {
        Self(at)
    }

    /// The digits of the wall clock in Seoul, marked `Z` although they are not: the client takes nine hours off again.
    pub(crate) fn seoul_digits(at: Instant) -> Self {
        Self(wall_clock(at))
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&iso_millis(self.0))
    }
}
