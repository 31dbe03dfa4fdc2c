//! `GET /myInfo`

mod edit;
mod edit_pw;
mod sessions;

use crate::kit::TestApp;

#[tokio::test]
async fn people_see_their_own_account() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    insta::assert_snapshot!(mina.get("/myInfo").await, @r#"
    200 {
      "data": {
        "email": "mina@example.com",
        "profileImg": "http://nine.test/assets/default-profile.svg",
        "userId": 1,
        "userType": "Common",
        "username": "mina"
      }
    }
    "#);
}
