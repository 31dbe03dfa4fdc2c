//! Load over real HTTP against a server that `seed` filled: `make bench` runs it (`benches/README.md`).
//!
//! 64 keep-alive connections in a closed loop on one thread, each signed in as a person of its own. One row of a
//! Markdown table per load: requests per second, latency, and what the server's process needed, read from `/proc`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "load ADDRESS PID[,PID…] LABEL PEOPLE DIARIES SECONDS MONTH LOAD…
  PID      of the server, or of all nodes behind ADDRESS
  LABEL    first cell of each row
  MONTH    of the calendar, as YYYY/M
  LOAD     feed | mine | calendar | detail | first-look | like | sign-in";

const CONNECTIONS: u64 = 64;

/// Connections, caches and view marks settle before anything is measured.
const WARM_UP: Duration = Duration::from_secs(1);

/// A diary that a page shows ten of: enough of them that they are not one row, few enough to be marked while warming up.
const LOOKED_AT_AGAIN: u64 = 16;

/// Pages of a feed that people get to.
const PAGES: u64 = 5;

struct Options {
    address: SocketAddr,
    pids: Vec<u32>,
    label: String,
    people: u64,
    diaries: u64,
    measured: Duration,
    month: String,
    loads: Vec<String>,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        Some(Self {
            address: words.next()?.parse().ok()?,
            pids: words.next()?.split(',').map(|pid| pid.parse().ok()).collect::<Option<_>>()?,
            label: words.next()?,
            people: words.next()?.parse().ok().filter(|people| *people >= CONNECTIONS)?,
            diaries: words.next()?.parse().ok().filter(|diaries| *diaries >= LOOKED_AT_AGAIN)?,
            measured: Duration::from_secs(words.next()?.parse().ok()?),
            month: words.next()?,
            loads: words.collect(),
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let options = Options::parse(std::env::args().skip(1)).ok_or(USAGE)?;
    let mut clients = Vec::new();
    for number in 0..CONNECTIONS {
        let mut client = Client::connect(&options, number).await?;
        client.sign_in().await?;
        clients.push(client);
    }
    for load in &options.loads {
        clients = measure(&options, load, clients).await?;
    }
    Ok(())
}

/// Loads the server once and prints the row.
async fn measure(options: &Options, load: &str, clients: Vec<Client>) -> Result<Vec<Client>, Failure> {
    let start = Instant::now() + WARM_UP;
    let end = start + options.measured;
    let mut running = JoinSet::new();
    for client in clients {
        running.spawn(client.repeat(load.to_owned(), start, end));
    }
    tokio::time::sleep_until(start.into()).await;
    let before = cpu_time(&options.pids)?;
    tokio::time::sleep_until(end.into()).await;
    let spent = cpu_time(&options.pids)?.saturating_sub(before);
    let resident = resident_mib(&options.pids)?;
    let (mut clients, mut latencies) = (Vec::new(), Vec::new());
    while let Some(ended) = running.join_next().await {
        let (client, taken) = ended??;
        clients.push(client);
        latencies.extend(taken);
    }
    latencies.sort_unstable();
    let count = u32::try_from(latencies.len())?.max(1);
    let percentile = |percent: usize| {
        let rank = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(rank).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    };
    println!(
        "| {} | {load} | {:.0} | {:.1} | {:.1} | {:.3} | {resident} |",
        options.label,
        f64::from(count) / options.measured.as_secs_f64(),
        percentile(50),
        percentile(99),
        spent.as_secs_f64() * 1000.0 / f64::from(count),
    );
    Ok(clients)
}

/// User and system time of the processes so far, in the kernel's ticks of 10 ms.
fn cpu_time(pids: &[u32]) -> Result<Duration, Failure> {
    let mut ticks = 0;
    for pid in pids {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name of the process, in parentheses, may hold blanks.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        for index in [11, 12] {
            ticks += fields.get(index).ok_or("short stat")?.parse::<u64>()?;
        }
    }
    Ok(Duration::from_millis(10 * ticks))
}

fn resident_mib(pids: &[u32]) -> Result<u64, Failure> {
    let mut kib = 0;
    for pid in pids {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        kib += line.split_whitespace().next().ok_or("empty VmRSS")?.parse::<u64>()?;
    }
    Ok(kib / 1024)
}

/// One connection and the person on it.
struct Client {
    stream: TcpStream,
    received: Vec<u8>,
    number: u64,
    people: u64,
    diaries: u64,
    month: String,
    token: String,
    random: u64,
    looks: u64,
}

impl Client {
    async fn connect(options: &Options, number: u64) -> Result<Self, Failure> {
        let stream = TcpStream::connect(options.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(64 * 1024),
            number,
            people: options.people,
            diaries: options.diaries,
            month: options.month.clone(),
            token: String::new(),
            random: 0x9e37_79b9_7f4a_7c15 ^ (number + 1),
            looks: 0,
        })
    }

    async fn sign_in(&mut self) -> Result<(), Failure> {
        let head = self.exchange(&sign_in(self.number + 1)).await?;
        header(&head, "authorization").ok_or("signed in without a token")?.clone_into(&mut self.token);
        Ok(())
    }

    /// Repeats the load until `end`; how long each answer took that came after `start`.
    async fn repeat(
        mut self,
        load: String,
        start: Instant,
        end: Instant,
    ) -> Result<(Self, Vec<Duration>), Failure> {
        let mut latencies = Vec::new();
        loop {
            let request = self.request(&load)?;
            let sent = Instant::now();
            if sent >= end {
                return Ok((self, latencies));
            }
            self.exchange(&request).await?;
            let received = Instant::now();
            if received >= start && received <= end {
                latencies.push(received - sent);
            }
        }
    }

    fn request(&mut self, load: &str) -> Result<String, Failure> {
        let start = match load {
            "feed" => format!("GET /feeds?page={}", self.below(PAGES) + 1),
            "mine" => format!("GET /feeds/mydiaries?page={}", self.below(2) + 1),
            "calendar" => format!("GET /diary/calendar/{}", self.month),
            "detail" => format!("GET /diary/detail/{}", public(self.below(LOOKED_AT_AGAIN))),
            "first-look" => {
                self.looks += 1;
                format!("GET /diary/detail/{}", public((self.number * 311 + self.looks) % self.diaries))
            }
            "like" => format!("POST /feeds/{}/like", public(self.below(self.diaries))),
            "sign-in" => return Ok(sign_in(self.below(self.people) + 1)),
            _ => return Err(USAGE.into()),
        };
        Ok(self.with_token(&start))
    }

    /// With the headers of a browser that a server has to look at.
    fn with_token(&self, start: &str) -> String {
        format!(
            "{start} HTTP/1.1\r\nContent-Length: 0\r\nHost: 127.0.0.1\r\nOrigin: http://localhost:3000\r\nAccept: application/json, text/plain, */*\r\n\
             User-Agent: load\r\nAuthorization: {}\r\n\r\n",
            self.token
        )
    }

    /// Sends a request and reads the whole answer; its head, when it is a success.
    async fn exchange(&mut self, request: &str) -> Result<String, Failure> {
        self.stream.write_all(request.as_bytes()).await?;
        self.received.clear();
        let head_end = loop {
            if let Some(at) = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
            self.receive().await?;
        };
        let head = String::from_utf8_lossy(&self.received[..head_end]).into_owned();
        let length: usize = header(&head, "content-length").ok_or("an answer without a length")?.parse()?;
        while self.received.len() < head_end + length {
            self.receive().await?;
        }
        // A load of refusals would be fast, and measure nothing.
        if head.split(' ').nth(1).is_none_or(|status| !status.starts_with('2')) {
            let body = String::from_utf8_lossy(&self.received[head_end..]);
            let line = request.lines().next().unwrap_or_default();
            return Err(format!("{line}\n{head}{body}").into());
        }
        Ok(head)
    }

    async fn receive(&mut self) -> Result<(), Failure> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }

    /// Xorshift: the same requests in every run.
    fn below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % bound
    }
}

/// The id of a public diary; every fifth of `seed` is private.
fn public(diary: u64) -> u64 {
    let id = diary + 1;
    if id.is_multiple_of(5) { id - 1 } else { id }
}

fn sign_in(person: u64) -> String {
    let body = format!(r#"{{"email":"person{person}@example.com","password":"password1!"}}"#);
    let mut request = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        request,
        "POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|pair| pair.1)
}
