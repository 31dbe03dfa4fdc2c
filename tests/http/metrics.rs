//! `GET /metrics`

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{TestApp, diary, eventually};

const TOKEN: &str = "a token of the operators";

/// The text of a scrape from this machine.
async fn scrape(app: &TestApp) -> String {
    let answer = app.stranger().get("/metrics").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4");
    String::from_utf8(answer.bytes.to_vec()).unwrap()
}

/// The value of this series, which counts something.
fn value(text: &str, series: &str) -> u64 {
    let line = text.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')));
    let line = line.unwrap_or_else(|| panic!("no {series} in {text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn without_a_token_only_programs_on_this_machine_may_read_it() {
    let app = TestApp::start().await;
    app.stranger().get("/metrics").await.expect(200);
    let forwarded = app.stranger().with("x-forwarded-for", "192.0.2.1").get("/metrics").await;
    assert_eq!(forwarded.refusal(), (401, "token_missing"));
}

#[tokio::test]
async fn with_a_token_nobody_else_may() {
    let app = TestApp::with("ADMIN_TOKEN", TOKEN).start().await;
    assert_eq!(app.stranger().get("/metrics").await.refusal(), (401, "token_missing"));
    app.bearing(&format!("Bearer {TOKEN}")).get("/metrics").await.expect(200);
    let mina = app.sign_up("mina").await;
    assert_eq!(mina.get("/metrics").await.refusal(), (403, "not_admin"));
}

#[tokio::test]
async fn requests_are_counted_by_the_pattern_of_their_route() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    for id in 1..=7 {
        mina.get(&format!("/diary/detail/{id}")).await.expect(400);
        app.visitor().get(&format!("/no/such/path/{id}")).await.expect(404);
    }
    let stranger = app.stranger();
    stranger.send(stranger.request(Method::from_bytes(b"BREW").unwrap(), "/feeds")).await;
    let text = scrape(&app).await;
    let detail = "nine_http_requests_total{method=\"GET\",route=\"/diary/detail/{diaryId}\",status=\"400\"}";
    assert_eq!(value(&text, detail), 7);
    let unmatched = "nine_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"}";
    assert_eq!(value(&text, unmatched), 7);
    let timed = "nine_http_request_seconds_count{method=\"GET\",route=\"/diary/detail/{diaryId}\"}";
    assert_eq!(value(&text, timed), 7);
    assert!(text.contains("method=\"other\"") && !text.contains("BREW"), "{text}");
    assert!(!text.contains("/no/such") && !text.contains("/diary/detail/1"), "{text}");
}

#[tokio::test]
async fn what_people_do_is_counted_exactly() {
    let app = TestApp::start().await;
    let (mina, hana) = (app.sign_up("mina").await, app.sign_up("hana").await);
    mina.post_diary(diary("오늘")).await.expect(201);
    let (mut here, mut there) = (mina.chat().await, hana.chat().await);
    for socket in [&mut here, &mut there] {
        socket.does("join", json!({"room": "plaza"})).await;
    }
    let before = scrape(&app).await;
    for number in 0..10 {
        here.does("send", json!({"room": "plaza", "text": "안녕", "clientId": format!("c{number}")})).await;
        there.hears("message").await;
    }
    let text = scrape(&app).await;
    let grown = |series: &str| value(&text, series) - value(&before, series);
    assert_eq!(grown("nine_chat_events_total"), 10);
    assert_eq!(grown("nine_chat_messages_total"), 10);
    assert!((20..=22).contains(&grown("nine_chat_deliveries_total")), "each got each: {text}");
    assert_eq!(value(&text, "nine_sockets"), 2);
    assert_eq!(value(&text, "nine_sockets_cut_total"), 0);
    assert_eq!(value(&text, "nine_room_members{kind=\"plaza\"}"), 2);
    assert_eq!(value(&text, "nine_upload_stages_total{stage=\"done\"}"), 1);
    assert_eq!(value(&text, "nine_people_active"), 2);
    let mails = async || (value(&scrape(&app).await, "nine_mails_sent_total") >= 2).then_some(());
    eventually("the mails with the codes", mails).await;
    drop((here, there));
    let gone = async || (value(&scrape(&app).await, "nine_sockets") == 0).then_some(());
    eventually("both have gone", gone).await;
}

#[tokio::test]
async fn no_name_stands_twice_and_each_series_once() {
    let app = TestApp::start().await;
    let text = scrape(&app).await;
    let mut families = BTreeSet::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        assert!(families.insert(line.split(' ').next().unwrap()), "{line}");
    }
    let mut series = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, number) = line.rsplit_once(' ').unwrap();
        assert!(series.insert(name), "{line}");
        assert!(number.parse::<f64>().unwrap().is_finite(), "{line}");
    }
    assert!(series.len() < 2000, "{} series", series.len());
}

/// Whatever begins like a name of ours in an expression.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with("nine_") || word.starts_with("process_"))
}

/// All values under `key`, at any depth.
fn under<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(text) if name == key => found.push(text),
                    _ => under(value, key, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| under(item, key, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_figure_of_the_dashboard_and_the_alerts_is_in_a_scrape() {
    let app = TestApp::start().await;
    app.sign_up("mina").await;
    let ran = async || scrape(&app).await.contains("nine_job_last_run_timestamp_seconds").then_some(());
    app.wait(chrono::TimeDelta::hours(26));
    eventually("a job has run", ran).await;
    let text = scrape(&app).await;
    let known: BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(['{', ' ']).next().unwrap())
        .collect();

    let docker = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker");
    let read = |path: &str| std::fs::read_to_string(docker.join(path)).unwrap();
    let dashboard: Value = serde_json::from_str(&read("grafana/dashboards/nine-cloud.json")).unwrap();
    let alerts: Value = serde_saphyr::from_str(&read("prometheus/alerts.yml")).unwrap();
    for (file, least) in [(&dashboard, 50), (&alerts, 12)] {
        let mut expressions = Vec::new();
        under(file, "expr", &mut expressions);
        let named: Vec<&str> = expressions.iter().flat_map(|expression| names(expression)).collect();
        assert!(named.len() >= least, "{named:?}");
        for name in named {
            assert!(known.contains(name), "{name} is not in {known:?}");
        }
    }
    for alert in ["ErrorRate", "MailboxAge", "CutSockets", "JobLate", "MailDeadLetters", "Disk"] {
        assert!(alerts.to_string().contains(&format!("\"Nine{alert}\"")), "{alert}");
    }
    // The provisioning finds the dashboard by its data source.
    let source: Value =
        serde_saphyr::from_str(&read("grafana/provisioning/datasources/prometheus.yml")).unwrap();
    let mut wanted = Vec::new();
    under(&dashboard, "uid", &mut wanted);
    assert!(wanted.contains(&source["datasources"][0]["uid"].as_str().unwrap()), "{source}");
    for file in ["prometheus/prometheus.yml", "grafana/provisioning/dashboards/nine-cloud.yml"] {
        serde_saphyr::from_str::<Value>(&read(file)).unwrap();
    }
}
