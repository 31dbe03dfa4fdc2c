//! Whom the providers know.

use nine_cloud_actors::domain::account::{Account, AccountKind, NewAccount};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::ports::{AccountStore, Clock as _};
use serde_json::{Value, json};

use crate::kit::{Answer, TestApp};

/// A route, and what accounts are that were made through it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Callback {
    pub(super) path: &'static str,
    pub(super) user_type: &'static str,
    pub(super) kind: AccountKind,
    /// Says of somebody with this subject and address as much as the provider can, for good or bad.
    pub(super) person: fn(u64, &str, bool) -> Value,
}

pub(super) const CALLBACKS: [Callback; 3] = [
    Callback { path: "/kakao/callback", user_type: "K", kind: AccountKind::Kakao, person: kakao_person },
    Callback { path: "/google/callback", user_type: "G", kind: AccountKind::Google, person: google_person },
    Callback { path: "/naver/callback", user_type: "N", kind: AccountKind::Naver, person: naver_person },
];

/// What the client sends when the provider has sent the browser back.
pub(super) async fn sign_in(app: &TestApp, path: &str, code: &str) -> Answer {
    let mut body = json!({"code": code});
    if path.starts_with("/naver") {
        body["state"] = "99999".into();
    }
    app.stranger().post(path, body).await
}

pub(super) fn kakao(subject: u64) -> Value {
    kakao_person(subject, &format!("mina{subject}@kakao.example.com"), true)
}

pub(super) fn google(subject: u64) -> Value {
    google_person(subject, &format!("mina{subject}@google.example.com"), true)
}

pub(super) fn naver(subject: u64) -> Value {
    naver_person(subject, &format!("mina{subject}@naver.example.com"), true)
}

fn kakao_person(subject: u64, email: &str, verified: bool) -> Value {
    json!({
        "id": subject,
        "properties": {"nickname": "미나 Kim", "profile_image": "https://img.example.com/mina.jpg"},
        "kakao_account": {
            "has_email": true, "is_email_valid": true, "is_email_verified": verified, "email": email,
        },
    })
}

fn google_person(subject: u64, email: &str, verified: bool) -> Value {
    json!({
        "id": subject.to_string(), "email": email, "verified_email": verified,
        "name": "미나 Kim", "picture": "https://img.example.com/mina.jpg",
    })
}

/// Naver says nothing of whether mail arrives; somebody else's words in its place change nothing.
fn naver_person(subject: u64, email: &str, verified: bool) -> Value {
    json!({"resultcode": "00", "message": "success", "response": {
        "id": format!("naver-{subject}"), "email": email, "name": "미나 Kim",
        "profile_image": "https://img.example.com/mina.jpg",
        "verified_email": verified, "is_email_valid": verified, "is_email_verified": verified,
    }})
}

/// Somebody of the previous service who came from a provider: no password, and no subject was kept.
pub(super) async fn taken_over(app: &TestApp, kind: AccountKind, email: &str) -> Account {
    let new = NewAccount {
        email: Email::parse(email).unwrap(),
        username: "예전 이름".to_owned(),
        password_hash: None,
        profile_image: None,
        kind,
        created_at: app.clock.now(),
    };
    app.store().create(new).await.unwrap()
}
