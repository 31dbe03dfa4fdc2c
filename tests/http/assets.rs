//! The page at `/`, and what it loads.

use crate::kit::TestApp;

#[tokio::test]
async fn the_page_runs_its_own_scripts_and_nothing_else() {
    let app = TestApp::start().await;
    let page = app.visitor().get("/").await.expect(200);
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("script-src 'self';"), "{policy}");
    let text = String::from_utf8_lossy(&page.bytes);
    let scripts: Vec<&str> = text.split("<script").skip(1).collect();
    assert_eq!(scripts.len(), 2);
    for script in scripts {
        let source = script.strip_prefix(" src=\"").and_then(|rest| rest.split('"').next());
        let script = app.visitor().get(source.expect("no script within the page")).await.expect(200);
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(script.header("x-content-type-options"), "nosniff");
    }
}
