//! `PATCH /myInfo/edit-pw`

use serde_json::json;

use crate::kit::{PASSWORD, TestApp};

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let app = TestApp::start().await;
    let phone = app.sign_up("mina").await;
    let laptop = app.sign_in(&phone.email).await;
    laptop.get("/myInfo").await.expect(200);
    let body = json!({"password": PASSWORD, "newPassword": "password2@"});
    insta::assert_snapshot!(phone.patch("/myInfo/edit-pw", body).await, @r#"
    201 {
      "message": "비밀번호가 변경 되었습니다."
    }
    "#);
    assert_eq!(laptop.get("/myInfo").await.refusal(), (401, "session_ended"));
    let refreshed = app.refreshing(laptop.refresh_token()).post_nothing("/token").await;
    assert_eq!(refreshed.refusal(), (401, "refresh_token_invalid"));
    phone.get("/myInfo").await.expect(200);
    assert_eq!(app.try_sign_in(&phone.email, PASSWORD).await.refusal(), (400, "wrong_password"));
    app.sign_in_with(&phone.email, "password2@").await;
}

#[tokio::test]
async fn the_present_password_and_a_good_new_one_are_needed() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let change = async |present: &str, new: &str| {
        mina.patch("/myInfo/edit-pw", json!({"password": present, "newPassword": new})).await
    };
    insta::assert_snapshot!(change("password9!", "password2@").await, @r#"
    400 {
      "code": "present_password_wrong",
      "message": "비밀번호가 틀립니다."
    }
    "#);
    insta::assert_snapshot!(change(PASSWORD, "password").await, @r#"
    400 {
      "code": "invalid_field",
      "field": "newPassword",
      "message": "비밀번호는 영문, 숫자, 특수문자(@$!%*?&#)를 각각 포함한 8~20자여야 합니다."
    }
    "#);
    app.sign_in(&mina.email).await;
}
