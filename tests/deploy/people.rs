//! People who were there before the rollouts began.

use std::fmt::Write as _;
use std::time::Duration;

use nine_cloud::adapters::host::SystemClock;
use nine_cloud_actors::accounts::{Caller, TokenKeys, Tokens};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::session::SessionId;
use nine_cloud_actors::ports::Clock as _;

use super::stage::Stage;

/// Signs tokens. With a quote and a dollar, as keys have them.
pub(crate) const KEY: &str = r#"key-of-the-$rollouts"$HOME-of-32-bytes"#;

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    /// As sent in `Authorization`.
    pub(crate) access: String,
}

/// Puts so many people, each with a session and a public diary of yesterday, straight into the database.
pub(crate) async fn settle(stage: &Stage, count: i64) -> Vec<Person> {
    let tokens = Tokens::new(&TokenKeys {
        current: Secret::new(KEY),
        previous: None,
        access_lifetime: Duration::from_hours(6),
        refresh_lifetime: Duration::from_hours(168),
    });
    let (mut accounts, mut sessions, mut diaries) = (String::new(), String::new(), String::new());
    let mut people = Vec::new();
    for id in 1..=count {
        let session = SessionId::new(u128::try_from(id).unwrap().to_be_bytes());
        let (comma, name) = (if id == 1 { "" } else { "," }, session.as_str());
        let epoch = "2026-01-01 00:00:00.000";
        write!(
            accounts,
            "{comma}({id},'p{id}@example.com','p{id}@example.com','구름{id}','Common',0,'{epoch}','{epoch}')"
        )
        .unwrap();
        write!(sessions, "{comma}('{name}',{id},'{epoch}','{epoch}','2999-01-01 00:00:00.000')").unwrap();
        write!(diaries, "{comma}({id},{id},0,DATE(NOW() - INTERVAL 1 DAY),3.0,'<p>어제</p>',1,0,0,'1','3','3',NOW(3) - INTERVAL 1 DAY,NOW(3))")
            .unwrap();
        let access =
            tokens.access(&Caller { user: UserId(id), session }, SystemClock.now(), [1; 16]).unwrap();
        people.push(Person { id, access });
    }
    stage
        .execute(&format!(
            "INSERT INTO accounts (id,email,email_key,username,kind,is_admin,created_at,updated_at) VALUES {accounts};
             INSERT INTO sessions (id,user_id,created_at,last_used_at,expires_at) VALUES {sessions};
             INSERT INTO diary_entries (id,author_id,author_leaving,diary_date,emotion,content,is_public,view_count,
                like_count,weather,temperature,humid,created_at,updated_at) VALUES {diaries};"
        ))
        .await;
    people
}
