//! What others did is told to a person's sockets at once.

use crate::Chat;
use crate::kit::TestApp;
use crate::people::people;

#[tokio::test]
async fn a_like_a_comment_and_a_reply_are_told_to_all_of_a_persons_sockets() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let (mina, juno) = (&people[0], &people[1]);
    let diary = mina.writes("<p>오늘</p>").await;
    let mut sockets = [Chat::person(mina).await, Chat::in_room(mina, "plaza").await];
    juno.post_null(&format!("/feeds/{diary}/like")).await.expect(201);
    let comment = juno.comments(diary, "좋아요").await;
    let own = mina.comments(diary, "고마워요").await;
    juno.replies(diary, own, "천만에요").await;
    let list = mina.get("/notifications").await.expect(200);
    for socket in &mut sockets {
        let told = [
            socket.event("notification").await,
            socket.event("notification").await,
            socket.event("notification").await,
        ];
        assert_eq!(told.each_ref().map(|told| told["kind"].as_str().unwrap()), ["like", "comment", "reply"]);
        for told in &told {
            assert!(
                list.json.to_string().contains(&told["notificationId"].to_string()),
                "{told} is not in {list}"
            );
        }
        assert!(
            !socket.what_else_comes().await.contains(&"notification".to_owned()),
            "one's own deeds are not news"
        );
    }
    let mut theirs = Chat::person(juno).await;
    mina.replies(diary, comment, "네").await;
    assert!(theirs.event("notification").await.is_object());
    assert_eq!(sockets[0].what_else_comes().await, [] as [String; 0]);
}
