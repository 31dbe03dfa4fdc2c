//! People with an account.

use std::ops::Deref;

use serde_json::json;

use super::{Answer, Client, DiaryForm, TestApp, diary};

/// Everybody's.
pub(crate) const PASSWORD: &str = "password1!";

/// Somebody who is signed in.
pub(crate) struct Person<'a> {
    pub(crate) id: i64,
    pub(crate) email: String,
    client: Client<'a>,
}

impl TestApp {
    /// Signs `name` up and in, the whole way: code mail, account, session.
    pub(crate) async fn sign_up(&self, name: &str) -> Person<'_> {
        let email = format!("{name}@example.com");
        let code = self.request_code(&email).await;
        self.complete_sign_up(&email, name, &code).await.expect(201);
        self.sign_in(&email).await
    }

    /// Asks for a code, and reads it in the mail.
    pub(crate) async fn request_code(&self, email: &str) -> String {
        let before = self.outbox().codes(email).len();
        let body = json!({"email": email, "password": PASSWORD, "username": "mina"});
        self.stranger().post("/signup", body).await.expect(201);
        super::eventually("a code mail", async || self.outbox().codes(email).into_iter().nth(before)).await
    }

    pub(crate) async fn complete_sign_up(&self, email: &str, name: &str, code: &str) -> Answer {
        let body =
            json!({"email": email, "Authenticationcode": code, "password": PASSWORD, "username": name});
        self.stranger().post("/complete-signup", body).await
    }

    /// Opens another session.
    pub(crate) async fn sign_in(&self, email: &str) -> Person<'_> {
        self.sign_in_with(email, PASSWORD).await
    }

    pub(crate) async fn sign_in_with(&self, email: &str, password: &str) -> Person<'_> {
        let answer = self.try_sign_in(email, password).await.expect(200);
        self.signed_in(&answer).await
    }

    /// Whoever the tokens of an answer are for.
    pub(crate) async fn signed_in(&self, answer: &Answer) -> Person<'_> {
        let client =
            Client::new(self, Some(answer.header("authorization")), Some(answer.header("refreshtoken")));
        let me = client.get("/myInfo").await.expect(200);
        let id = me.data()["userId"].as_i64().unwrap();
        Person { id, email: me.data()["email"].as_str().unwrap().to_owned(), client }
    }

    pub(crate) async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        self.stranger().post("/signin", json!({"email": email, "password": password})).await
    }
}

impl Person<'_> {
    /// The stored `accessToken`, with its `Bearer `.
    pub(crate) fn authorization(&self) -> &str {
        self.sends("authorization")
    }

    /// The stored `refreshToken`.
    pub(crate) fn refresh_token(&self) -> &str {
        self.sends("refreshtoken")
    }

    /// What the client does after a 419.
    pub(crate) async fn refresh(&mut self) {
        let answer = self.app.refreshing(self.refresh_token()).post_nothing("/token").await.expect(201);
        self.client = self.client.clone().with("authorization", answer.header("authorization"));
    }

    /// Posts a diary.
    pub(crate) async fn post_diary(&self, form: DiaryForm) -> Answer {
        self.send_form(reqwest::Method::POST, "/diary/posting", form.into_form()).await
    }

    /// Writes the diary of today, for everybody; answers its id.
    pub(crate) async fn writes(&self, text: &str) -> i64 {
        let answer = self.post_diary(diary(text)).await.expect(201);
        answer.data()["diaryId"].as_i64().unwrap()
    }

    /// Writes the diary of today, for nobody else; answers its id.
    pub(crate) async fn writes_privately(&self, text: &str) -> i64 {
        let answer = self.post_diary(diary(text).with("isPublic", "false")).await.expect(201);
        answer.data()["diaryId"].as_i64().unwrap()
    }

    /// Comments on a diary; answers the comment's id.
    pub(crate) async fn comments(&self, diary: i64, text: &str) -> i64 {
        let path = format!("/diary/detail/comment/{diary}");
        self.post(&path, json!({"content": text})).await.expect(201);
        self.get(&path).await.list()[0]["commentId"].as_i64().unwrap()
    }

    /// Replies to a comment; answers the reply's id.
    pub(crate) async fn replies(&self, diary: i64, comment: i64, text: &str) -> i64 {
        let path = format!("/diary/detail/secondaryComment/{diary}");
        self.post(&format!("{path}/{comment}"), json!({"content": text})).await.expect(201);
        self.get(&path).await.list()[0]["secondaryCommentId"].as_i64().unwrap()
    }
}

impl<'a> Deref for Person<'a> {
    type Target = Client<'a>;

    fn deref(&self) -> &Client<'a> {
        &self.client
    }
}
