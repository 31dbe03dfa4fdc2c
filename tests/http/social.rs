//! `POST /kakao/callback`, `/google/callback`, `/naver/callback`, with no provider set up.

use serde_json::json;

use crate::kit::TestApp;

#[tokio::test]
async fn a_provider_that_is_not_set_up_is_refused() {
    let app = TestApp::start().await;
    let answer = app.stranger().post("/kakao/callback", json!({"code": "x"})).await;
    insta::assert_snapshot!(answer, @r#"
    503 {
      "code": "provider_unavailable",
      "message": "이 서버에서는 해당 소셜 로그인을 사용할 수 없습니다."
    }
    "#);
    for path in ["/kakao/callback", "/google/callback", "/naver/callback"] {
        for body in [json!({"code": null}), json!({"code": "x", "state": "99999"})] {
            assert_eq!(
                app.stranger().post(path, body).await.refusal(),
                (503, "provider_unavailable"),
                "{path}"
            );
        }
    }
}
