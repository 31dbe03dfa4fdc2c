//! Where chat messages are kept.

use nine_cloud_actors::domain::secret::Secret;

use super::Problem;
use super::reader::{Noted, Reader};
use super::urls::has_scheme;

/// See the module.
#[derive(Debug, Clone)]
pub enum ChatLogSettings {
    /// In the SQL database, beside everything else.
    Sql,
    /// `MONGO_DB`: a MongoDB address.
    Mongo(Secret),
}

impl ChatLogSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("chat log");
        let url = reader.secret_url("MONGO_DB", "mongodb://… or mongodb+srv://…", |text| {
            // A replica set is several hosts, which a URL parser refuses.
            has_scheme(text, &["mongodb+srv"])
                || text.strip_prefix("mongodb://").is_some_and(|rest| !rest.is_empty())
        });
        Ok(url?.map_or(Self::Sql, Self::Mongo))
    }

    pub(super) fn unbuilt(&self, problems: &mut Vec<Problem>) {
        if let Self::Mongo(_) = self {
            problems.push(super::not_built("MONGO_DB"));
        }
    }
}
