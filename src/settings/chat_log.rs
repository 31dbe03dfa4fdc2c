//! Where chat messages are kept.

use mongodb::options::ConnectionString;
use nine_cloud_actors::domain::secret::Secret;

use super::reader::{Noted, Reader};

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
            // Several hosts, options: the driver knows best. It asks nobody for it.
            ConnectionString::parse(text).is_ok()
        });
        Ok(url?.map_or(Self::Sql, Self::Mongo))
    }
}
