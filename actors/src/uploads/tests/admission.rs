use std::time::Duration;

use bytes::Bytes;
use image::ImageFormat;

use super::fakes::Rig;
use super::pictures::{encoded, jpeg_of_a_phone, png_header, two_halves};
use crate::domain::file::ImageFormat as StoredFormat;
use crate::domain::ids::UserId;
use crate::refusal::Refusal;
use crate::uploads::{Purpose, Ticket};

const MINA: UserId = UserId(1);
const JUN: UserId = UserId(2);
const NO_PATIENCE: Duration = Duration::ZERO;
const PATIENCE: Duration = Duration::from_secs(5);

async fn tickets(rig: &Rig, user: UserId, n: usize) -> Vec<Ticket> {
    let mut all = Vec::new();
    for _ in 0..n {
        all.push(rig.pipeline.admit(user, NO_PATIENCE).await.unwrap());
    }
    all
}

#[actix::test]
async fn a_person_has_three_uploads_at_a_time() {
    let rig = Rig::start();
    let mut own = tickets(&rig, MINA, 3).await;
    let fourth = rig.pipeline.admit(MINA, NO_PATIENCE).await;
    assert_eq!(fourth.err(), Some(Refusal::Busy));
    assert!(rig.pipeline.admit(JUN, NO_PATIENCE).await.is_ok(), "another person is not kept out");
    drop(own.pop());
    assert!(rig.pipeline.admit(MINA, PATIENCE).await.is_ok(), "a dropped ticket frees its place");
}

#[actix::test]
async fn whoever_has_patience_gets_the_next_place() {
    let rig = Rig::start();
    let own = tickets(&rig, MINA, 3).await;
    let fourth = rig.pipeline.admit(MINA, PATIENCE);
    let leave = async {
        while rig.pipeline.load().waiting.level() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(own);
    };
    let (fourth, ()) = tokio::join!(fourth, leave);
    assert!(fourth.is_ok());
}

#[actix::test]
async fn the_node_takes_32_uploads_at_a_time() {
    let rig = Rig::start();
    let mut all = Vec::new();
    for user in 0..32 {
        all.extend(tickets(&rig, UserId(user), 1).await);
    }
    assert_eq!(rig.pipeline.load().in_flight.level(), 32);
    assert_eq!(rig.pipeline.admit(UserId(99), NO_PATIENCE).await.err(), Some(Refusal::Busy));
    drop(all);
    assert!(rig.pipeline.admit(UserId(99), PATIENCE).await.is_ok());
}

#[actix::test]
async fn a_waiting_client_that_hangs_up_keeps_no_place() {
    let rig = Rig::start();
    let own = tickets(&rig, MINA, 3).await;
    let gone = tokio::time::timeout(Duration::from_millis(20), rig.pipeline.admit(MINA, PATIENCE)).await;
    assert!(gone.is_err());
    drop(own);
    assert!(rig.pipeline.drain(PATIENCE).await, "a place stayed taken");
    assert_eq!(tickets(&rig, MINA, 3).await.len(), 3);
}

#[actix::test]
async fn a_ticket_lost_in_a_panic_frees_its_place() {
    let rig = Rig::start();
    let ticket = rig.pipeline.admit(MINA, NO_PATIENCE).await.unwrap();
    let work = std::thread::spawn(move || {
        let _ticket = ticket;
        panic!("on purpose");
    });
    assert!(work.join().is_err());
    assert!(rig.pipeline.drain(PATIENCE).await);
    assert_eq!(tickets(&rig, MINA, 3).await.len(), 3);
}

#[actix::test]
async fn a_drawing_comes_out_as_a_file_of_ours() {
    let rig = Rig::start();
    let process = async |bytes: Vec<u8>, purpose| {
        let ticket = rig.pipeline.admit(MINA, PATIENCE).await.unwrap();
        rig.pipeline.process(ticket, Bytes::from(bytes), purpose, |_| {}).await
    };
    let picture = two_halves(365, 365);
    let drawing = process(encoded(&picture, ImageFormat::Png), Purpose::Drawing).await.unwrap();
    assert_eq!(drawing.key.format(), StoredFormat::Png);
    let avatar = process(jpeg_of_a_phone(&picture), Purpose::Avatar).await.unwrap();
    assert_eq!(avatar.key.format(), StoredFormat::Jpeg);
    assert_ne!(drawing.key, avatar.key);

    let refused = process(png_header(50_000, 50_000), Purpose::Drawing).await;
    assert_eq!(refused.err(), Some(Refusal::ImageTooManyPixels));
    let refused = process(png_header(10, 10), Purpose::Drawing).await;
    assert_eq!(refused.err(), Some(Refusal::ImageBroken));
    let refused = process(b"<svg/>".to_vec(), Purpose::Drawing).await;
    assert_eq!(refused.err(), Some(Refusal::ImageUnsupported));

    assert!(rig.pipeline.drain(PATIENCE).await, "every ticket came back");
    let [intake, inspect, transcode, store] =
        ["Intake", "Inspect", "Transcode", "Store"].map(|actor| rig.report(actor));
    assert_eq!((intake.handled, inspect.handled, transcode.handled), (5, 5, 3));
    assert_eq!([intake, inspect, transcode, store].map(|actor| actor.alive), [1; 4]);
}

#[actix::test]
async fn many_pictures_at_once_all_come_out() {
    let rig = Rig::start();
    let file = Bytes::from(encoded(&two_halves(300, 300), ImageFormat::Png));
    let uploads = (0..60).map(|n| {
        let (pipeline, file) = (&rig.pipeline, file.clone());
        async move {
            let ticket = pipeline.admit(UserId(n % 12), PATIENCE).await.unwrap();
            pipeline.process(ticket, file, Purpose::Drawing, |_| {}).await.unwrap().key
        }
    });
    let keys: std::collections::HashSet<_> =
        futures_util::future::join_all(uploads).await.into_iter().collect();
    assert_eq!(keys.len(), 60);
    assert!(rig.pipeline.load().in_flight.worst() <= 32);
}
