//! What the people of the previous service see after the move, through its client.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::fixture::today;
use crate::kit::Server;

/// Signs in and looks at everything that the client looks at.
pub(super) async fn finds_everything(server: &Server) {
    signs_in_twice(server, 1).await;
    let calm = signs_in_twice(server, 23).await;
    sees_own_month(server, &calm, 23).await;
    sees_the_community(server, &calm).await;
    sees_further_diaries_in_the_list_and_after_the_later_one_is_gone(server).await;
    are_refused_as_before(server).await;
}

/// The second time with the hash that the first has made of the old one.
async fn signs_in_twice(server: &Server, person: i64) -> String {
    let email = format!("USER{person}@Example.com");
    assert_eq!(sign_in(server, &email, "password1!").await.status(), StatusCode::OK);
    let answer = sign_in(server, &email, "password1!").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let access = answer.headers()["authorization"].to_str().unwrap().to_owned();
    let me = get(server, "/myInfo", &access).await;
    assert_eq!(me["data"]["userId"], json!(person));
    assert_eq!(me["data"]["username"], json!(format!("구름{person}")));
    access
}

async fn sign_in(server: &Server, email: &str, password: &str) -> Response {
    let body = json!({"email": email, "password": password}).to_string();
    let request = server.http.post(server.url("/signin")).header("content-type", "application/json");
    request.body(body).send().await.unwrap()
}

async fn get(server: &Server, path: &str, access: &str) -> Value {
    let answer = server.http.get(server.url(path)).header("authorization", access).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

fn yesterday() -> NaiveDate {
    today() - TimeDelta::days(1)
}

/// The calendar's entry of a day.
async fn of_day(server: &Server, access: &str, day: NaiveDate) -> Value {
    let month = get(server, &format!("/diary/calendar/{}/{}", day.year(), day.month()), access).await;
    month["data"][day.day0() as usize].clone()
}

/// Yesterday's diary is in its place in calendar, list and detail, each with the time that it needs.
async fn sees_own_month(server: &Server, access: &str, person: i64) {
    let day = yesterday();
    let entry = of_day(server, access, day).await;
    assert_eq!(entry["UserId"], json!(person));
    assert_eq!(entry["createdAt"], json!(format!("{}. {}. {}.", day.year(), day.month(), day.day())));
    let id = entry["diaryId"].as_i64().unwrap();

    let path = format!("/feeds/mydiaries?page=1&date={day}T03:00:00.000Z");
    let list = get(server, &path, access).await;
    let first = &list["data"][0];
    assert_eq!(first["diaryId"], json!(id));
    let detail = get(server, &format!("/diary/detail/{id}"), access).await;
    let data = &detail["data"];
    assert!(data["createdAt"].as_str().unwrap().starts_with(&day.to_string()), "{data}");
    let shifted: chrono::DateTime<chrono::Utc> = data["createdAt"].as_str().unwrap().parse().unwrap();
    let instant: chrono::DateTime<chrono::Utc> = first["createdAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(shifted - instant, TimeDelta::hours(9));
    assert!(data["content"].as_str().unwrap().contains("비밀"), "{data}");
    assert!(data["weather"].is_string() && data["EmotionStatus"].is_number(), "{data}");
    if let Some(image) = data["image"].as_str() {
        assert!(image.starts_with("https://"), "{image}");
    }
}

/// A page of the feed; a liked diary with comments of others; nothing of somebody about to leave.
async fn sees_the_community(server: &Server, access: &str) {
    let feed = get(server, "/feeds?page=1", "null").await;
    let feed = feed["data"].as_array().unwrap();
    assert_eq!(feed.len(), 10);
    assert!(feed.iter().all(|diary| diary["isPublic"] == json!(true)));
    let times: Vec<&str> = feed.iter().map(|diary| diary["createdAt"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");

    // 50 % 5 == 0 and 50 % 4 == 2; 50 % 10 == 0; 50 % 3 != 0
    let detail = get(server, "/diary/detail/50", access).await;
    assert_eq!(detail["data"]["likeCount"], json!(2));
    let comments = get(server, "/diary/detail/comment/50", access).await;
    assert_eq!(comments["data"].as_array().unwrap().len(), 2);
    let replies = get(server, "/diary/detail/secondaryComment/50", access).await;
    assert_eq!(replies["data"].as_array().unwrap().len(), 1);
}

/// Person 37 wrote three diaries four days ago.
async fn sees_further_diaries_in_the_list_and_after_the_later_one_is_gone(server: &Server) {
    let access = signs_in_twice(server, 37).await;
    let day = today() - TimeDelta::days(4);
    let list = get(server, &format!("/feeds/mydiaries?page=1&date={day}T03:00:00.000Z"), &access).await;
    let of_that_day: Vec<i64> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|diary| diary["diaryDate"] == json!(day.to_string()))
        .map(|diary| diary["diaryId"].as_i64().unwrap())
        .collect();
    let [latest, second, first] = of_that_day.as_slice() else { panic!("{list}") };
    assert!(latest > second && second > first);
    for id in [latest, second, first] {
        assert_eq!(of_day(server, &access, day).await["diaryId"], json!(id));
        let request = server.http.delete(server.url(&format!("/diary/delete/{id}")));
        let answer = request.header("authorization", &access).send().await.unwrap();
        assert!(answer.status().is_success());
    }
    assert_eq!(of_day(server, &access, day).await, Value::Null);
}

async fn are_refused_as_before(server: &Server) {
    let status = async |email: &str, password: &str| sign_in(server, email, password).await.status();
    assert_eq!(status("user1@example.com", "password2!").await, StatusCode::BAD_REQUEST);
    // About to leave.
    assert_eq!(status("user5@example.com", "password1!").await, StatusCode::FORBIDDEN);
    // From a provider; of no known kind; without a hash of a password.
    for person in [4, 6, 13] {
        let status = status(&format!("user{person}@example.com"), "password1!").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{person}");
    }
}
