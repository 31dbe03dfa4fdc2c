//! One person's days with the unchanged client: its requests, in its order (contract Appendix B), from sign-up to
//! sign-off.

use chrono::TimeDelta;
use futures_util::future::{join, join3};
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, DRAWING, PASSWORD, Person, TestApp, diary, picture};

const EMAIL: &str = "mina@example.com";

/// What the browser asks before a request with our headers.
async fn allowed(client: &Client<'_>, method: &str, path: &str) {
    let answer = client.preflight(method, path, "authorization,refreshtoken").await.expect(204);
    assert!(answer.header("access-control-allow-methods").contains(method));
    assert!(answer.header("access-control-allow-headers").contains("refreshtoken"));
}

async fn read(client: &Client<'_>, path: &str) -> Answer {
    allowed(client, "GET", path).await;
    client.get(path).await
}

/// `/main`: `/myInfo`, and the calendar twice; whether today is written.
async fn main_page(client: &Client<'_>, day: usize) -> bool {
    let (info, one, two) = join3(
        read(client, "/myInfo"),
        read(client, "/diary/calendar/2026/11"),
        read(client, "/diary/calendar/2026/11"),
    )
    .await;
    assert!(info.expect(200).data()["userId"].is_i64());
    for calendar in [&one, &two] {
        assert_eq!((calendar.status, calendar.list().len()), (200, 30));
        assert!(calendar.json["userProfileImg"].is_object());
    }
    !one.list()[day - 1].is_null()
}

/// `/list`: the month, whose second page is asked for at once.
async fn list_page(client: &Client<'_>) -> Vec<Value> {
    let date = "2026-11-22T08:46:09.917Z";
    let path = |page| format!("/feeds/mydiaries?page={page}&date={date}");
    let (one, two) = (path(1), path(2));
    let (first, second) = join(read(client, &one), read(client, &two)).await;
    assert!(second.expect(200).list().is_empty());
    first.expect(200).list().to_vec()
}

/// `/community`: the feed, whose second page is asked for at once.
async fn community_page(client: &Client<'_>) -> Vec<Value> {
    let (first, second) = join(read(client, "/feeds?page=1"), read(client, "/feeds?page=2")).await;
    assert!(second.expect(200).list().is_empty());
    first.expect(200).list().to_vec()
}

/// `/post/:id`: comments, `/myInfo`, detail, in this order.
async fn post_page(client: &Client<'_>, diary: i64) -> (Answer, Answer) {
    let (comments, detail) = (format!("/diary/detail/comment/{diary}"), format!("/diary/detail/{diary}"));
    let (comments, info, detail) =
        join3(read(client, &comments), read(client, "/myInfo"), read(client, &detail)).await;
    info.expect(200);
    (comments.expect(200), detail.expect(200))
}

/// Every page at once with an access token that ran out: each call is answered 419 and refreshes for itself.
async fn come_back_later(app: &TestApp, mina: &mut Person<'_>) {
    app.wait(TimeDelta::hours(1));
    let (one, two) = join(read(mina, "/myInfo"), read(mina, "/diary/calendar/2026/11")).await;
    assert_eq!((one.status, two.status), (419, 419));
    let stored = app.refreshing(mina.refresh_token());
    allowed(&stored, "POST", "/token").await;
    let (one, two) = join(stored.post_nothing("/token"), stored.post_nothing("/token")).await;
    for answer in [one, two] {
        app.bearing(answer.expect(201).header("authorization")).get("/myInfo").await.expect(200);
    }
    mina.refresh().await;
}

#[tokio::test]
async fn a_day_in_the_life() {
    let app = TestApp::start().await;

    // A visitor looks around: header and footer ask for what they may not have.
    let visitor = app.visitor();
    assert!(community_page(&visitor).await.is_empty());
    assert_eq!(read(&visitor, "/myInfo").await.refusal(), (401, "token_type_mismatch"));
    assert_eq!(read(&visitor, "/diary/calendar/2026/11").await.status, 401);

    // Sign-up: the code is mistyped once; then sign-in.
    let code = app.request_code(EMAIL).await;
    assert_eq!(app.complete_sign_up(EMAIL, "mina", "oops").await.message(), "인증코드가 올바르지 않습니다.");
    let signed_up = app.complete_sign_up(EMAIL, "mina", &code).await.expect(201);
    assert!(signed_up.message().contains("회원가입이 완료"));
    let wrong = app.try_sign_in(EMAIL, "PASSWORD1!").await;
    assert_eq!((wrong.status, wrong.message()), (400, "비밀번호가 일치하지 않습니다."));
    let mut mina = app.sign_in(EMAIL).await;

    // Today's diary; the double click is told apart.
    assert!(!main_page(&mina, 22).await);
    allowed(&mina, "POST", "/diary/posting").await;
    let written = diary("<p>오늘은 <em>맑음</em></p><p><br></p>");
    let (one, two) = join(mina.post_diary(written.clone()), mina.post_diary(written)).await;
    let (kept, refused) = if one.status == 201 { (one, two) } else { (two, one) };
    assert_eq!((kept.expect(201).message(), refused.status), ("다이어리 등록 완료", 409));
    assert!(main_page(&mina, 22).await);
    let listed = list_page(&mina).await;
    assert_eq!((listed.len(), &listed[0]["createdAt"]), (1, &"2026-11-22T08:46:09.917Z".into()));
    let id = listed[0]["diaryId"].as_i64().unwrap();

    // An hour later.
    come_back_later(&app, &mut mina).await;

    // The community: somebody reads, likes and comments.
    let jun = app.sign_up("jun").await;
    let cards = community_page(&jun).await;
    assert_eq!((cards.len(), &cards[0]["createdAt"]), (1, &"2026-11-22T17:46:09.917Z".into()));
    let (comments, detail) = post_page(&jun, id).await;
    assert!(comments.list().is_empty() && detail.json["like"].is_null());
    assert_ne!(detail.data()["UserId"], jun.id, "no menu for editing");
    jun.post_null(&format!("/feeds/{id}/like")).await.expect(201);
    let (_, detail) = post_page(&jun, id).await;
    assert_eq!((&detail.json["like"]["likeExist"], &detail.data()["likeCount"]), (&true.into(), &1.into()));
    let comment = jun.comments(id, "저도 오늘 그랬어요").await;

    // The author answers in her own way: she edits, and cleans up below her own name only.
    let (comments, detail) = post_page(&mina, id).await;
    assert_eq!(
        (&comments.list()[0]["User"]["username"], &detail.data()["UserId"]),
        (&"jun".into(), &mina.id.into())
    );
    let path = format!("/diary/detail/comment/{comment}");
    assert_eq!(mina.delete(&path).await.message(), "삭제 권한이 없습니다");
    jun.patch(&path, json!({"content": "저도요"})).await.expect(201);
    jun.delete(&path).await.expect(201);
    let edited = json!({"content": "<p>오늘은 흐림</p>", "isPublic": true});
    mina.patch(&format!("/diary/edit/{id}"), edited).await.expect(201);
    mina.patch(&format!("/diary/edit/{id}"), json!({})).await.expect(201);
    assert!(community_page(&jun).await.is_empty(), "private now");

    // The profile: a name and a picture.
    let form = Form::new()
        .text("username", "미나리")
        .part("image", picture(DRAWING.to_vec(), "나.png", "image/png"));
    mina.send_form(Method::PATCH, "/myInfo/editmyInfo", form).await.expect(201);
    let info = read(&mina, "/myInfo").await.expect(200);
    assert_eq!(info.data()["username"], "미나리");
    let picture =
        info.data()["profileImg"].as_str().unwrap().strip_prefix("http://nine.test").unwrap().to_owned();
    visitor.get(&picture).await.expect(200);

    // The diary goes, and so does she; then she thinks again.
    mina.delete(&format!("/diary/delete/{id}")).await.expect(201);
    assert!(!main_page(&mina, 22).await);
    allowed(&mina, "DELETE", "/signoff").await;
    let left = mina.delete("/signoff").await.expect(201);
    assert_eq!(left.message(), "탈퇴처리가 완료되었습니다. 15일 동안 회원정보가 보류됩니다.");
    app.wait(TimeDelta::minutes(1));
    let asked = app.try_sign_in(EMAIL, PASSWORD).await;
    assert_eq!((asked.status, asked.message()), (403, "탈퇴처리중입니다. 취소하시겠습니까?"));
    let body = json!({"email": EMAIL});
    let waiting = app.stranger().post("/signoffInProgress", body.clone()).await.expect(201);
    assert_eq!(waiting.message(), "탈퇴까지 14일, 23시간 남았습니다.");
    app.stranger().post("/cancel-signoff", body).await.expect(201);
    let mina = app.sign_in(EMAIL).await;
    assert_eq!(mina.get("/myInfo").await.data()["username"], "미나리");
}
