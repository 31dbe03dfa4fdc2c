//! `kill -9` in the middle of everything.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::multipart::{Form, Part};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::kit::{Person, Server, bmp};

/// What was answered 201 before the end.
#[derive(Debug)]
enum Kept {
    Diary { author: i64, image: String },
    Comment(String),
    Like { user: i64 },
}

/// One person writes, likes and comments until the server is gone.
async fn live(server: &Server, person: &Person, diary: i64) -> Vec<Kept> {
    let mut kept = Vec::new();
    let authorized = |request: reqwest::RequestBuilder| request.header("Authorization", &person.access);
    let drawing = Part::bytes(bmp()).file_name("blob");
    let form = Form::new().text("content", "<p>x</p>").text("isPublic", "true").part("image", drawing);
    let post = authorized(server.http.post(server.url("/diary/posting"))).multipart(form).send().await;
    if let Ok(answer) = post
        && answer.status() == 201
        && let Ok(body) = answer.json::<Value>().await
    {
        let image = body["data"]["image"].as_str().unwrap();
        let image = image.rsplit('/').next().unwrap().to_owned();
        kept.push(Kept::Diary { author: person.id, image });
    }
    let like = authorized(server.http.post(server.url(&format!("/feeds/{diary}/like")))).send().await;
    if like.is_ok_and(|answer| answer.status() == 201) {
        kept.push(Kept::Like { user: person.id });
    }
    for number in 0.. {
        let text = format!("{}-{number}", person.id);
        let url = server.url(&format!("/diary/detail/comment/{diary}"));
        let sent = authorized(server.http.post(url)).json(&json!({ "content": text })).send().await;
        match sent {
            Ok(answer) if answer.status() == 201 => kept.push(Kept::Comment(text)),
            _ => break,
        }
    }
    kept
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_kill() {
    let mut server = Server::start();
    let people = server.people(16);
    server.execute(&format!(
        "INSERT INTO diary_entries (id, author_id, diary_date, emotion, content, is_public, author_leaving, view_count,
             like_count, weather, created_at, updated_at)
         VALUES (1, {}, '2026-01-01', 3, '<p>x</p>', 1, 0, 0, 0, '2', '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000')",
        people[0].id
    ));
    let kill = async {
        while server.count("SELECT COUNT(*) FROM diary_comments") < 100 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server.signal(Signal::KILL);
    };
    let (kept, ()) = tokio::join!(join_all(people.iter().map(|person| live(&server, person, 1))), kill);
    assert!(server.exit_within(Duration::from_secs(5)).await.is_some());
    let server = server.again();

    assert_eq!(server.text("PRAGMA integrity_check"), "ok");
    assert_eq!(server.count("SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
    let likes = "SELECT COUNT(*) FROM diary_likes WHERE diary_id = 1";
    assert_eq!(server.count("SELECT like_count FROM diary_entries WHERE id = 1"), server.count(likes));
    let kept: Vec<_> = kept.into_iter().flatten().collect();
    assert!(kept.iter().filter(|kept| matches!(kept, Kept::Diary { .. })).count() > 0);
    for kept in kept {
        let rows = match &kept {
            Kept::Diary { author, .. } => format!("diary_entries WHERE author_id = {author} AND id > 1"),
            Kept::Comment(text) => format!("diary_comments WHERE content = '{text}'"),
            Kept::Like { user } => format!("diary_likes WHERE user_id = {user}"),
        };
        assert_eq!(server.count(&format!("SELECT COUNT(*) FROM {rows}")), 1, "{kept:?}");
        if let Kept::Diary { image, .. } = &kept {
            let answer = server.http.get(server.url(&format!("/uploads/{image}"))).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{kept:?}");
        }
    }
}
