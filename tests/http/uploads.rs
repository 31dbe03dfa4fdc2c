//! `GET /uploads/{key}` and `GET /assets/default-profile.svg`

use crate::kit::{DRAWING, TestApp};

#[tokio::test]
async fn a_drawing_is_served_at_once_re_encoded_and_for_ever() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let diary = mina.writes("<p>그림</p>").await;
    let detail = mina.get(&format!("/diary/detail/{diary}")).await;
    let address = detail.data()["image"].as_str().unwrap();
    let path = address.strip_prefix("http://nine.test").unwrap();
    let image = app.stranger().without("origin").get(path).await.expect(200);
    assert_eq!(image.header("content-type"), "image/png");
    assert_eq!(image.header("x-content-type-options"), "nosniff");
    assert_eq!(image.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(image.header("content-security-policy"), "default-src 'none'");
    assert_eq!(image.header("cross-origin-resource-policy"), "cross-origin");
    assert!(image.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let holds = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(holds(DRAWING, b"where I live"));
    assert!(!holds(&image.bytes, b"where I live"), "what a camera or a program wrote into it is gone");
}

#[tokio::test]
async fn what_is_no_key_of_ours_is_not_found() {
    let app = TestApp::start().await;
    let key = "0".repeat(32);
    insta::assert_snapshot!(app.visitor().get(&format!("/uploads/{key}.png")).await, @r#"
    404 {
      "code": "file_not_found",
      "message": "존재하지 않는 파일입니다."
    }
    "#);
    for path in [
        format!("/uploads/{key}.svg"),
        format!("/uploads/{key}"),
        "/uploads/..%2Fnine-cloud.db".to_owned(),
        "/uploads/%2e%2e%2fsecret.key".to_owned(),
        "/uploads/%ff.png".to_owned(),
    ] {
        assert_eq!(app.visitor().get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn people_without_a_picture_have_one() {
    let app = TestApp::start().await;
    let picture = app.visitor().get("/assets/default-profile.svg").await.expect(200);
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
}
