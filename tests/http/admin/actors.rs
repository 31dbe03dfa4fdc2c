//! `GET /admin/actors`

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::ports::AccountStore;

use crate::kit::{Answer, TestApp, eventually};

const TOKEN: &str = "a token of the operators";

fn names(answer: &Answer, of: &str, key: &str) -> Vec<String> {
    let entries = answer.json[of].as_array().unwrap().iter();
    entries.map(|entry| entry[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_operators_token_opens_it() {
    let app = TestApp::with("ADMIN_TOKEN", TOKEN).start().await;
    let operator = app.bearing(&format!("Bearer {TOKEN}"));
    let answer = operator.get("/admin/actors").await.expect(200);
    let actors = names(&answer, "actors", "actor");
    for actor in ["Sessions", "UserSession", "Accounts", "Feed", "Mailer", "DiaryScheduler", "Metrics"] {
        assert!(actors.iter().any(|name| name == actor), "{actor} in {answer}");
    }
    assert_eq!(names(&answer, "jobs", "name"), ["purge-accounts", "clean-up", "clean-up-chat", "turn-day"]);
    assert_eq!(app.bearing("Bearer another").get("/admin/actors").await.refusal(), (401, "token_invalid"));
}

#[tokio::test]
async fn people_need_to_be_administrators() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    insta::assert_snapshot!(mina.get("/admin/actors").await, @r#"
    403 {
      "code": "not_admin",
      "message": "관리자만 볼 수 있습니다."
    }
    "#);
    assert!(app.store().set_admin(&Email::parse(&mina.email).unwrap(), true).await.unwrap());
    let granted = async || (mina.get("/admin/actors").await.status == 200).then_some(());
    eventually("the grant", granted).await;
}
