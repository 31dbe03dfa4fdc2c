//! `POST /logout`

use crate::kit::TestApp;

#[tokio::test]
async fn it_ends_this_session_and_no_other() {
    let app = TestApp::start().await;
    let phone = app.sign_up("mina").await;
    let laptop = app.sign_in(&phone.email).await;
    insta::assert_snapshot!(phone.post_nothing("/logout").await, @r#"
    200 {
      "message": "로그아웃 되었습니다."
    }
    "#);
    insta::assert_snapshot!(phone.get("/myInfo").await, @r#"
    401 {
      "code": "session_ended",
      "message": "로그아웃된 세션입니다. 다시 로그인 하세요."
    }
    "#);
    let refreshed = app.refreshing(phone.refresh_token()).post_nothing("/token").await;
    assert_eq!(refreshed.refusal(), (401, "refresh_token_invalid"));
    laptop.get("/myInfo").await.expect(200);
    app.refreshing(laptop.refresh_token()).post_nothing("/token").await.expect(201);
}
