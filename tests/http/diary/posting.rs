//! `POST /diary/posting`: the client shows every refusal as success, so whatever can be kept is kept.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::kit::{DiaryForm, Person, TestApp, diary};

/// Lets a day go by and signs in again, because diaries are one a day.
async fn next_day<'a>(app: &'a TestApp, person: &Person<'a>) -> Person<'a> {
    app.wait(TimeDelta::days(1));
    app.sign_in(&person.email).await
}

#[tokio::test]
async fn a_diary_is_answered_as_it_was_kept() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    insta::assert_snapshot!(mina.post_diary(diary("<p>오늘은 <em>맑음</em></p>")).await, @r#"
    201 {
      "data": {
        "EmotionStatus": 3.5,
        "UserId": 1,
        "content": "<p>오늘은 <em>맑음</em></p>",
        "createdAt": "2026-11-22T17:46:09.917Z",
        "deletedAt": null,
        "diaryDate": "2026-11-22",
        "diaryId": 1,
        "humid": "3",
        "image": "http://nine.test/uploads/[key].png",
        "isPublic": true,
        "likeCount": 0,
        "sentence": "구름 뒤에는 해가 있어요",
        "sleep": "5",
        "temperature": "4",
        "updatedAt": "2026-11-22T08:46:09.917Z",
        "viewCount": 0,
        "weather": "3"
      },
      "message": "다이어리 등록 완료"
    }
    "#);
}

#[tokio::test]
async fn the_sockets_of_its_author_are_told_how_far_the_drawing_is() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let (mut phone, mut desk, mut his) = (mina.chat().await, mina.chat().await, jun.chat().await);
    mina.writes("<p>오늘</p>").await;
    jun.writes("<p>나도</p>").await;
    for socket in [&mut phone, &mut desk, &mut his] {
        for stage in ["inspecting", "transcoding", "storing", "done"] {
            let progress = socket.hears("upload:progress").await;
            assert_eq!(progress, json!({"purpose": "drawing", "stage": stage}));
        }
    }
}

#[tokio::test]
async fn there_is_one_a_day_in_seoul() {
    // Two minutes before midnight in Seoul.
    let app = TestApp::at("2026-11-22T14:58:00Z").start().await;
    let mina = app.sign_up("mina").await;
    mina.writes("<p>22일</p>").await;
    app.wait(TimeDelta::minutes(1));
    insta::assert_snapshot!(mina.post_diary(diary("<p>또 22일</p>")).await, @r#"
    409 {
      "code": "already_written_today",
      "message": "오늘은 이미 작성한 글이 있습니다.  수정하시겠습니까?"
    }
    "#);
    app.wait(TimeDelta::minutes(1));
    mina.writes("<p>23일</p>").await;
    let written = mina.get("/feeds/mydiaries").await;
    let days: Vec<&Value> = written.list().iter().map(|diary| &diary["diaryDate"]).collect();
    assert_eq!(days, ["2026-11-23", "2026-11-22"]);
}

#[tokio::test]
async fn of_32_posts_at_once_one_is_kept_with_one_drawing() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let answers = join_all((0..32).map(|_| mina.post_diary(diary("<p>오늘</p>")))).await;
    let kept = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(kept, 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        // So many uploads of one person are not even waited for.
        assert!(matches!(refused.refusal(), (409, "already_written_today") | (503, "busy")), "{refused}");
    }
    assert_eq!(mina.get("/feeds/mydiaries").await.list().len(), 1);
    crate::kit::eventually("its drawing", async || (app.stored_files().len() == 1).then_some(())).await;
}

#[tokio::test]
async fn a_deleted_diary_makes_room_for_another() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let first = mina.writes("<p>지울 일기</p>").await;
    mina.delete(&format!("/diary/delete/{first}")).await.expect(201);
    assert!(mina.writes("<p>새 일기</p>").await > first, "an id is never used again");
}

#[tokio::test]
async fn empty_parts_are_the_same_as_none() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut form = DiaryForm::empty().with("image", "");
    for name in
        ["EmotionStatus", "content", "isPublic", "sentence", "weather", "temperature", "humid", "sleep"]
    {
        form = form.with(name, "");
    }
    insta::assert_snapshot!(mina.post_diary(form).await, @r#"
    201 {
      "data": {
        "EmotionStatus": 3,
        "UserId": 1,
        "content": "",
        "createdAt": "2026-11-22T17:46:09.917Z",
        "deletedAt": null,
        "diaryDate": "2026-11-22",
        "diaryId": 1,
        "humid": null,
        "image": null,
        "isPublic": false,
        "likeCount": 0,
        "sentence": null,
        "sleep": null,
        "temperature": null,
        "updatedAt": "2026-11-22T08:46:09.917Z",
        "viewCount": 0,
        "weather": "2"
      },
      "message": "다이어리 등록 완료"
    }
    "#);
    let mina = next_day(&app, &mina).await;
    let of_nothing = mina.post_diary(DiaryForm::empty().with("content", "")).await.expect(201);
    assert_eq!(of_nothing.data()["EmotionStatus"], 3);
}

#[tokio::test]
async fn a_drawing_may_be_absent_or_a_text() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let kept = mina.post_diary(diary("<p>글만</p>").without("image")).await.expect(201);
    assert_eq!(kept.data()["image"], Value::Null);
    let mina = next_day(&app, &mina).await;
    let kept =
        mina.post_diary(diary("<p>글만</p>").without("image").with("image", "undefined")).await.expect(201);
    assert_eq!(kept.data()["image"], Value::Null);
}

#[tokio::test]
async fn unknown_parts_are_ignored() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    mina.post_diary(diary("<p>오늘</p>").with("emoji", "😀")).await.expect(201);
}

#[tokio::test]
async fn emotions_keep_their_fraction_and_are_made_of_the_sliders_when_absent() {
    let app = TestApp::start().await;
    let mut mina = app.sign_up("mina").await;
    for (form, emotion) in [
        (diary("a").with("EmotionStatus", "2.5"), serde_json::json!(2.5)),
        (diary("b").with("EmotionStatus", "5"), serde_json::json!(5)),
        (
            diary("c").without("EmotionStatus").with("temperature", "4").with("humid", "5"),
            serde_json::json!(4.5),
        ),
        (diary("d").with("EmotionStatus", "").without("temperature"), serde_json::json!(3)),
    ] {
        let kept = mina.post_diary(form).await.expect(201);
        let id = &kept.data()["diaryId"];
        let read = mina.get(&format!("/diary/detail/{id}")).await;
        assert_eq!((&kept.data()["EmotionStatus"], &read.data()["EmotionStatus"]), (&emotion, &emotion));
        mina = next_day(&app, &mina).await;
    }
}

#[tokio::test]
async fn sliders_and_weather_are_texts() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let kept = mina.post_diary(diary("<p>오늘</p>")).await.expect(201);
    for (key, digit) in [("weather", "3"), ("temperature", "4"), ("humid", "3"), ("sleep", "5")] {
        assert_eq!(kept.data()[key], digit, "{key}");
    }
}

#[tokio::test]
async fn two_hundred_visible_units_fit_however_they_are_wrapped() {
    let app = TestApp::start().await;
    let mut mina = app.sign_up("mina").await;
    let paragraphs = "<p>가</p>".repeat(200);
    let lines = format!("<p>{}\n\r\n{}</p>", "나".repeat(100), "다".repeat(96));
    let entities = format!("<p>{}</p>", "&lt;".repeat(200));
    let pairs = format!("<p class=\"ql-align-center\">{}</p>", "😀".repeat(100));
    for content in [paragraphs, lines, entities, pairs] {
        let kept = mina.post_diary(diary(&content)).await.expect(201);
        let kept = kept.data()["content"].as_str().unwrap();
        assert_eq!(kept.replace("\r\n", "\n"), content.replace("\r\n", "\n"));
        mina = next_day(&app, &mina).await;
    }
    let answer = mina.post_diary(diary(&format!("<p>{}</p>", "가".repeat(201)))).await;
    insta::assert_snapshot!(answer, @r#"
    400 {
      "code": "invalid_field",
      "field": "content",
      "message": "200자 이하로 작성해 주세요."
    }
    "#);
}

#[tokio::test]
async fn what_a_browser_could_run_is_taken_out_and_the_text_stays() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let content = "<p onclick=\"x()\" class=\"ql-align-right x\">안녕<script>alert(1)</script> \
                   <a href=\"javascript:x()\">링크</a><img src=x onerror=x()> 1 < 2</p><iframe src=x></iframe>";
    let kept = mina.post_diary(diary(content)).await.expect(201);
    assert_eq!(kept.data()["content"], "<p class=\"ql-align-right\">안녕 링크 1 &lt; 2</p>");
}

#[tokio::test]
async fn plain_texts_are_kept_as_typed() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let kept = mina.post_diary(diary("<p>오늘</p>").with("sentence", "<b>행운</b> & 사랑")).await.expect(201);
    assert_eq!(kept.data()["sentence"], "<b>행운</b> & 사랑");
}

#[tokio::test]
async fn words_for_yes_and_no_are_read_in_any_case() {
    let app = TestApp::start().await;
    let mut mina = app.sign_up("mina").await;
    for (text, is_public) in [("true", true), ("TRUE", true), ("false", false), ("False", false)] {
        let kept = mina.post_diary(diary("<p>오늘</p>").with("isPublic", text)).await.expect(201);
        assert_eq!(kept.data()["isPublic"], is_public, "{text}");
        mina = next_day(&app, &mina).await;
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_name_and_leaves_the_day_free() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    for (name, text) in [
        ("EmotionStatus", "5.1"),
        ("EmotionStatus", "happy"),
        ("weather", "4"),
        ("temperature", "0"),
        ("humid", "many"),
        ("sleep", "2.5"),
        ("isPublic", "1"),
    ] {
        let answer = mina.post_diary(diary("<p>오늘</p>").with(name, text)).await;
        assert_eq!(
            (answer.refusal(), &answer.json["field"]),
            ((400, "invalid_field"), &name.into()),
            "{text}"
        );
    }
    let broken = mina.post_diary(diary("<p>오늘</p>").with_drawing(b"<html>no drawing</html>")).await;
    insta::assert_snapshot!(broken, @r#"
    400 {
      "code": "image_unsupported",
      "message": "PNG, JPEG, WebP, GIF, BMP 이미지만 올릴 수 있습니다."
    }
    "#);
    let json = mina.post("/diary/posting", serde_json::json!({"content": "x"})).await;
    assert_eq!(json.refusal(), (415, "unsupported_media_type"));
    mina.writes("<p>오늘</p>").await;
    crate::kit::eventually("one drawing", async || (app.stored_files().len() == 1).then_some(())).await;
}
