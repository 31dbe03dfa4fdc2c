//! `PATCH /myInfo/editmyInfo`

use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::Value;

use crate::kit::{Answer, DRAWING, Person, TestApp, eventually, picture};

const PATH: &str = "/myInfo/editmyInfo";

async fn edit(person: &Person<'_>, form: Form) -> Answer {
    person.send_form(Method::PATCH, PATH, form).await
}

fn avatar(bytes: &[u8]) -> Form {
    Form::new().text("username", "").part("image", picture(bytes.to_vec(), "나.PNG", "image/png"))
}

async fn own_picture(person: &Person<'_>) -> String {
    person.get("/myInfo").await.data()["profileImg"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_name_alone_is_changed_and_the_picture_stays() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let answer = edit(&mina, Form::new().text("username", "미나리").text("image", "")).await;
    insta::assert_snapshot!(answer, @r#"
    201 {
      "message": "수정이 완료되었습니다."
    }
    "#);
    let info = mina.get("/myInfo").await;
    assert_eq!(info.data()["username"], "미나리");
    assert_eq!(info.data()["profileImg"], "http://nine.test/assets/default-profile.svg");
}

#[tokio::test]
async fn identity_comes_from_the_access_token_alone() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let mixed = app.bearing(mina.authorization()).with("refreshtoken", jun.refresh_token());
    mixed.send_form(Method::PATCH, PATH, Form::new().text("username", "mina2")).await.expect(201);
    assert_eq!(mina.get("/myInfo").await.data()["username"], "mina2");
    assert_eq!(jun.get("/myInfo").await.data()["username"], "jun");
    for refresh in ["null", "garbage"] {
        let client = app.bearing(mina.authorization()).with("refreshtoken", refresh);
        client.send_form(Method::PATCH, PATH, Form::new().text("username", "mina3")).await.expect(201);
    }
}

#[tokio::test]
async fn a_new_picture_takes_the_place_of_the_old_file() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    edit(&mina, avatar(DRAWING)).await.expect(201);
    let first = own_picture(&mina).await;
    eventually("the first file", async || (app.stored_files().len() == 1).then_some(())).await;
    edit(&mina, avatar(DRAWING)).await.expect(201);
    let second = own_picture(&mina).await;
    assert_ne!(first, second);
    let only_the_second = async || {
        let files = app.stored_files();
        (files.len() == 1 && second.ends_with(&files[0])).then_some(())
    };
    eventually("the change of files", only_the_second).await;
    let old = first.strip_prefix("http://nine.test").unwrap();
    assert_eq!(mina.get(old).await.refusal(), (404, "file_not_found"));
    assert_eq!(mina.get("/myInfo").await.data()["username"], "mina", "an empty name is none");
    let calendar = mina.get("/diary/calendar/2026/11").await;
    assert_eq!(calendar.json["userProfileImg"]["profileImg"], Value::from(second));
}

#[tokio::test]
async fn what_is_no_name_or_no_picture_changes_nothing() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let answer = edit(&mina, Form::new().text("username", "<b>mina</b>")).await;
    insta::assert_snapshot!(answer, @r#"
    400 {
      "code": "invalid_field",
      "field": "username",
      "message": "닉네임은 2~10자의 한글, 영문, 숫자여야 합니다."
    }
    "#);
    for (bytes, refusal) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], (400, "image_unsupported")),
        (&DRAWING[..40], (400, "image_broken")),
        (&[&DRAWING[..8], &vec![0; 11 << 20]].concat(), (413, "image_too_large")),
    ] {
        assert_eq!(edit(&mina, avatar(bytes)).await.refusal(), refusal);
    }
    let form = avatar(b"no picture").text("username", "minari");
    assert_eq!(edit(&mina, form).await.refusal(), (400, "image_unsupported"));
    assert_eq!(mina.get("/myInfo").await.data()["username"], "mina");
    assert!(app.stored_files().is_empty());
}

#[tokio::test]
async fn a_form_that_says_nothing_changes_nothing() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    edit(&mina, Form::new().text("username", "").text("image", "")).await.expect(201);
    assert_eq!(mina.get("/myInfo").await.data()["username"], "mina");
}
