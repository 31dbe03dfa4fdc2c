//! `GET /admin`

use crate::kit::TestApp;

#[tokio::test]
async fn the_page_needs_nobody_else_and_shows_nothing_by_itself() {
    let app = TestApp::start().await;
    let page = app.stranger().get("/admin").await.expect(200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    let text = String::from_utf8(page.bytes.to_vec()).unwrap();
    assert!(text.contains("lang=\"ko\"") && text.contains("/assets/admin.js"));
    assert!(!text.contains("http://") && !text.contains("https://"), "nothing of others");
    let script = app.stranger().get("/assets/admin.js").await.expect(200);
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    let text = String::from_utf8(script.bytes.to_vec()).unwrap();
    // What people wrote may only ever become text.
    assert!(!text.contains("innerHTML") && !text.contains("insertAdjacentHTML") && !text.contains("eval("));
}
