//! `DELETE /diary/delete/{diaryId}`

use crate::kit::{TestApp, eventually};

#[tokio::test]
async fn a_diary_goes_with_all_that_hangs_on_it() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let comment = jun.comments(diary, "좋아요").await;
    jun.post_null(&format!("/feeds/{diary}/like")).await.expect(201);
    eventually("its drawing", async || (app.stored_files().len() == 1).then_some(())).await;

    insta::assert_snapshot!(mina.delete(&format!("/diary/delete/{diary}")).await, @r#"
    201 {
      "message": "삭제 완료"
    }
    "#);
    assert_eq!(mina.get(&format!("/diary/detail/{diary}")).await.refusal(), (400, "diary_not_found"));
    let path = format!("/diary/detail/comment/{comment}");
    assert_eq!(jun.delete(&path).await.refusal(), (404, "comment_not_found"));
    eventually("the end of its drawing", async || app.stored_files().is_empty().then_some(())).await;
}

#[tokio::test]
async fn somebody_elses_stays() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    insta::assert_snapshot!(jun.delete(&format!("/diary/delete/{diary}")).await, @r#"
    404 {
      "code": "diary_not_yours",
      "message": "삭제하려는 일기가 존재하지 않습니다"
    }
    "#);
    mina.get(&format!("/diary/detail/{diary}")).await.expect(200);
    mina.delete(&format!("/diary/delete/{diary}")).await.expect(201);
    let again = mina.delete(&format!("/diary/delete/{diary}")).await;
    assert_eq!(again.refusal(), (404, "diary_not_yours"));
}
