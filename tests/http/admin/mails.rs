//! `POST /admin/mails/{mailId}/retry`

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::mail::Mail;
use nine_cloud_actors::ports::{Clock as _, MailQueue as _};

use super::{deeds, operator, start};
use crate::kit::eventually;

#[tokio::test]
async fn a_dead_letter_is_shown_without_its_address_and_sent_again() {
    let app = start().await;
    let store = app.store();
    let mail = Mail {
        to: Email::parse("jun@example.com").unwrap(),
        subject: "인증 번호".to_owned(),
        html: "<p>a1b2c3</p>".to_owned(),
        text: "a1b2c3".to_owned(),
    };
    // Not due, so that the mailer leaves it alone until it is dead.
    let id = store.enqueue(mail, app.clock.now() + chrono::TimeDelta::days(1)).await.unwrap();
    store.bury(id, "550 5.1.1 unknown").await.unwrap();

    let status = operator(&app).get("/admin/status").await.expect(200);
    let mails = &status.json["mails"];
    assert_eq!((&mails["dead"], &mails["letters"][0]["reason"]), (&1.into(), &"550 5.1.1 unknown".into()));
    assert_eq!(mails["letters"][0]["mailId"], id.0);
    let text = status.to_string();
    assert!(!text.contains("jun@") && !text.contains("a1b2c3"), "{text}");

    let path = format!("/admin/mails/{id}/retry");
    operator(&app).post_nothing(&path).await.expect(200);
    let sent = async || (app.outbox().mails_to("jun@example.com").len() == 1).then_some(());
    eventually("the mail", sent).await;
    assert_eq!(operator(&app).post_nothing(&path).await.refusal(), (404, "mail_not_found"));
    let subject = format!("mail {id}");
    assert_eq!(
        deeds(&app).await,
        [
            ["token", "retry_mail", &*subject, "no such dead letter"],
            ["token", "retry_mail", &*subject, "done"]
        ]
    );
    let mina = app.sign_up("mina").await;
    assert_eq!(mina.post_nothing(&path).await.refusal(), (403, "not_admin"));
}
