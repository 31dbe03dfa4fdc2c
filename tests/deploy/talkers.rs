//! People in the plaza who talk while the ground is moved below them, and who notice everything.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::people::Person;
use super::wire::{Transport, Wire};

/// Nothing takes as long that works.
const PATIENCE: Duration = Duration::from_secs(20);

/// What one of them, or all together, have seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// What was said and acknowledged: the words, and the place in the log.
    pub(crate) acknowledged: Vec<(String, u64)>,
    /// What went wrong, in words.
    pub(crate) wrong: Vec<String>,
    /// How long each was away each time.
    pub(crate) away: Vec<Duration>,
    /// Messages that came.
    pub(crate) heard: u64,
    /// The last place in the log that was seen.
    last: Option<u64>,
}

/// All of them, while they talk.
pub(crate) struct Talkers {
    tasks: JoinSet<Seen>,
    is_over: Arc<AtomicBool>,
    inside: Arc<AtomicUsize>,
}

impl Talkers {
    /// So many sockets, of which everybody says something every `pause`. A tenth polls, a tenth upgrades, a quarter are
    /// clients of the old kind without an account, who only listen.
    pub(crate) fn start(front: SocketAddr, people: &[Person], count: usize, pause: Duration) -> Self {
        let (is_over, inside) = (Arc::default(), Arc::default());
        let mut tasks = JoinSet::new();
        for number in 0..count {
            let transport = match number % 10 {
                3 => Transport::Polling,
                7 => Transport::Upgrading,
                _ => Transport::WebSocket,
            };
            let person = (number % 4 != 0).then(|| people[number % people.len()].clone());
            let talker = Talker {
                front: front.to_string(),
                number,
                transport,
                person,
                pause,
                wire: None,
                pid: None,
                offset: None,
                said: 0,
                unanswered: VecDeque::new(),
                seen: Seen::default(),
                come_back_in: Duration::ZERO,
            };
            tasks.spawn(talker.live(Arc::clone(&is_over), Arc::clone(&inside)));
        }
        Self { tasks, is_over, inside }
    }

    /// Waits until all of them are in.
    pub(crate) async fn all_in(&self, count: usize) {
        let began = Instant::now();
        while self.inside.load(Ordering::Relaxed) < count {
            assert!(began.elapsed() < Duration::from_secs(90), "not all got in: {:?}", self.inside);
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Lets them say no more, and come back if they are away; what they have seen.
    pub(crate) async fn end(mut self) -> Seen {
        self.is_over.store(true, Ordering::Relaxed);
        let mut all = Seen::default();
        let mut last = Vec::new();
        while let Some(seen) = self.tasks.join_next().await {
            let seen = seen.unwrap();
            last.push(seen.last);
            all.acknowledged.extend(seen.acknowledged);
            all.wrong.extend(seen.wrong);
            all.away.extend(seen.away);
            all.heard += seen.heard;
        }
        all.away.sort_unstable();
        let furthest = last.iter().max().copied().flatten();
        let behind = last.iter().filter(|last| **last != furthest).count();
        if behind > 0 {
            all.wrong.push(format!("{behind} have not heard the end"));
        }
        all
    }
}

struct Talker {
    front: String,
    number: usize,
    transport: Transport,
    /// `None`: a client of the old kind.
    person: Option<Person>,
    pause: Duration,
    wire: Option<Wire>,
    pid: Option<String>,
    offset: Option<String>,
    said: u64,
    /// What was said and not acknowledged, oldest first: said again under the same id after a cut.
    unanswered: VecDeque<(u64, String)>,
    seen: Seen,
    come_back_in: Duration,
}

impl Talker {
    async fn live(mut self, is_over: Arc<AtomicBool>, inside: Arc<AtomicUsize>) -> Seen {
        // Spread over a pause, so that they do not speak in chorus.
        let mut next = Instant::now() + self.pause.mul_f64(self.share());
        if self.come_in().await {
            inside.fetch_add(1, Ordering::Relaxed);
        }
        let mut quiet_since = None;
        loop {
            if is_over.load(Ordering::Relaxed) && self.wire.is_some() && self.unanswered.is_empty() {
                // What others said last is still on its way.
                let since = *quiet_since.get_or_insert_with(Instant::now);
                if since.elapsed() > Duration::from_secs(3) {
                    return self.seen;
                }
            }
            if self.wire.is_none() {
                quiet_since = None;
                if !self.come_back().await {
                    return self.seen;
                }
            }
            let Some(wire) = &mut self.wire else { continue };
            tokio::select! {
                packet = wire.next() => match packet {
                    Some(packet) => self.take(&packet),
                    None => self.wire = None,
                },
                () = sleep_until(next) => {
                    next += self.pause;
                    if !is_over.load(Ordering::Relaxed) {
                        self.say_something();
                    }
                }
                () = sleep(Duration::from_millis(500)) => {}
            }
        }
    }

    /// A number of its own between 0 and 1.
    fn share(&self) -> f64 {
        f64::from(u32::try_from(self.number * 7919 % 1000).unwrap_or(0)) / 1000.0
    }

    /// The first time.
    async fn come_in(&mut self) -> bool {
        let began = Instant::now();
        while self.connect().await.is_none() {
            if began.elapsed() > PATIENCE * 3 {
                self.seen.wrong.push("could not get in".to_owned());
                return false;
            }
            sleep(Duration::from_millis(200)).await;
        }
        if self.person.is_some() {
            self.send("420[\"join\",{\"room\":\"plaza\"}]");
            let Some(answer) = self.answer_to_join().await else {
                self.seen.wrong.push("no answer to join".to_owned());
                return false;
            };
            let recent = answer["recent"].as_array().and_then(|recent| recent.last()).cloned();
            self.seen.last = recent.and_then(|recent| recent["seq"].as_u64());
        }
        true
    }

    async fn answer_to_join(&mut self) -> Option<Value> {
        timeout(PATIENCE, async {
            loop {
                let packet = self.wire.as_mut()?.next().await?;
                if let Some(args) = packet.strip_prefix("30") {
                    let args: Vec<Value> = serde_json::from_str(args).ok()?;
                    return args.into_iter().next();
                }
                self.take(&packet);
            }
        })
        .await
        .ok()
        .flatten()
    }

    /// As the official client: after the time it was told, or about a second, and again until it is in.
    async fn come_back(&mut self) -> bool {
        let (gone, mut pause) = (Instant::now(), std::mem::take(&mut self.come_back_in));
        if pause.is_zero() {
            pause = Duration::from_millis(500) + Duration::from_secs(1).mul_f64(self.share());
        }
        loop {
            sleep(pause).await;
            match self.connect().await {
                Some(recovered) => {
                    if !recovered {
                        self.seen.wrong.push(format!(
                            "{} came back anew after {:?}",
                            self.number,
                            gone.elapsed()
                        ));
                        return false;
                    }
                    self.seen.away.push(gone.elapsed());
                    for (number, words) in self.unanswered.clone() {
                        self.say(number, &words);
                    }
                    return true;
                }
                None if gone.elapsed() > PATIENCE * 3 => {
                    self.seen.wrong.push(format!("{} did not get back in", self.number));
                    return false;
                }
                None => pause = Duration::from_millis(500) + Duration::from_millis(500).mul_f64(self.share()),
            }
        }
    }

    /// `None`: not now. Else whether it is where it was.
    async fn connect(&mut self) -> Option<bool> {
        timeout(PATIENCE, self.try_connect()).await.ok().flatten()
    }

    async fn try_connect(&mut self) -> Option<bool> {
        let mut wire = Wire::open(&self.front, self.transport).await.ok()?;
        let mut auth = json!({});
        if let Some(person) = &self.person {
            auth["token"] = person.access.as_str().into();
        }
        if let Some(pid) = &self.pid {
            auth["pid"] = pid.as_str().into();
            auth["offset"] = self.offset.as_deref().into();
        }
        wire.send(&format!("0{auth}"));
        // What was missed comes before the answer; it counts only if the answer comes.
        let mut missed: Vec<String> = Vec::new();
        loop {
            let packet = wire.next().await?;
            match packet.split_at(1) {
                ("0", opened) => {
                    let opened: Value = serde_json::from_str(opened).ok()?;
                    let pid = opened["pid"].as_str().map(str::to_owned);
                    let recovered = self.pid.is_none() || pid == self.pid;
                    (self.pid, self.wire) = (pid, Some(wire));
                    for packet in &missed {
                        self.take(packet);
                    }
                    return Some(recovered);
                }
                ("4", refused) => {
                    self.seen.wrong.push(format!("refused: {refused}"));
                    return None;
                }
                _ => missed.push(packet.clone()),
            }
        }
    }

    fn send(&mut self, packet: &str) {
        if let Some(wire) = &self.wire {
            wire.send(packet.strip_prefix('4').unwrap_or(packet));
        }
    }

    fn say_something(&mut self) {
        // Somebody who is not answered waits before saying more, like a person.
        if self.person.is_none() || self.unanswered.len() >= 4 {
            return;
        }
        self.said += 1;
        let words = format!("{}-{}", self.number, self.said);
        self.unanswered.push_back((self.said, words.clone()));
        self.say(self.said, &words);
    }

    fn say(&mut self, number: u64, words: &str) {
        let message = json!(["send", { "room": "plaza", "text": words, "clientId": words }]);
        self.send(&format!("42{number}{message}"));
    }

    fn take(&mut self, packet: &str) {
        let (kind, rest) = packet.split_at(1);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, args) = rest.split_at(digits);
        let args: Vec<Value> = serde_json::from_str(args).unwrap_or_default();
        match kind {
            "2" => self.hear(&args),
            "3" => self.answered(number, args.first()),
            "1" => self.seen.wrong.push(format!("{} was put out", self.number)),
            _ => self.seen.wrong.push(format!("what is {packet}?")),
        }
    }

    fn hear(&mut self, args: &[Value]) {
        if let [_, .., Value::String(offset)] = args {
            self.offset = Some(offset.clone());
        }
        let (Some(name), Some(value)) = (args.first(), args.get(1)) else { return };
        if name == "reconnect" {
            self.come_back_in = Duration::from_millis(value["inMs"].as_u64().unwrap_or(0) + 1);
        }
        let Some(seq) = value["seq"].as_u64().filter(|_| name == "message") else { return };
        self.seen.heard += 1;
        if let Some(last) = self.seen.last
            && seq != last + 1
        {
            let what = if seq <= last { "doubled or out of order" } else { "lost" };
            self.seen.wrong.push(format!("{what}: {} heard {seq} after {last}", self.number));
        }
        self.seen.last = Some(seq);
    }

    fn answered(&mut self, number: &str, answer: Option<&Value>) {
        let Some(number) = number.parse::<u64>().ok() else { return };
        let Some(answer) = answer else { return };
        let Some(place) = self.unanswered.iter().position(|(said, _)| *said == number) else { return };
        if answer["ok"] == true {
            let words = self.unanswered.remove(place).map(|(_, words)| words).unwrap_or_default();
            self.seen.acknowledged.push((words, answer["seq"].as_u64().unwrap_or(0)));
        } else {
            // Not now: said again after the next cut, or at the next turn.
            self.seen.wrong.push(format!("a message was refused: {answer}"));
            self.unanswered.remove(place);
        }
    }
}
