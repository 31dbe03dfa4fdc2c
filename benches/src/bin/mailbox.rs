//! What measuring costs: the same question to the same actor through actix's own address, through a mailbox of ours, and
//! through one as a part of a request; on another thread, as most actors are, and on the same one, where no thread has to be
//! woken and the difference shows. Prints the medians of several turns, in nanoseconds per message.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, Addr, Arbiter, Context, Handler, Message, MessageResult, System};
use nine_cloud_actors::kit::{ActorStats, Mailbox, Trace};
use nine_cloud_actors::metered;

/// Messages per turn.
const MESSAGES: u32 = 200_000;

/// Questions under way at once.
const AT_ONCE: u32 = 8;

/// Turns of each; they alternate, so that other work on the machine meets all of them.
const TURNS: usize = 15;

struct Doubler;

impl Actor for Doubler {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(1024);
    }
}

#[derive(Message)]
#[rtype(result = "u32")]
struct Double(u32);

impl Handler<Double> for Doubler {
    type Result = MessageResult<Double>;

    fn handle(&mut self, Double(number): Double, _: &mut Self::Context) -> Self::Result {
        MessageResult(number.wrapping_mul(2))
    }
}

metered!(Doubler: Double);

/// Asks everything, and answers the nanoseconds of one question.
async fn turn<F: Future<Output = u32>>(ask: impl Fn(u32) -> F) -> f64 {
    let began = Instant::now();
    for number in 0..MESSAGES / AT_ONCE {
        tokio::join!(
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
        );
    }
    began.elapsed().as_secs_f64() * 1e9 / f64::from(MESSAGES)
}

fn median(mut turns: Vec<f64>) -> f64 {
    turns.sort_by(f64::total_cmp);
    turns[turns.len() / 2]
}

/// The medians of the three ways.
async fn measure(start: impl Fn() -> Addr<Doubler>) -> [f64; 3] {
    let bare = start();
    let measured = Mailbox::of(start(), Arc::new(ActorStats::default()));
    let through_address = |number| {
        let asked = bare.send(Double(number));
        async move { asked.await.unwrap_or_default() }
    };
    let through_mailbox = |number| {
        let asked = measured.ask(Double(number), Duration::ZERO);
        async move { asked.await.unwrap_or_default() }
    };
    let mut turns: [Vec<f64>; 3] = Default::default();
    for _ in 0..TURNS {
        turns[0].push(turn(through_address).await);
        turns[1].push(turn(through_mailbox).await);
        let request = Trace::new(tracing_off());
        turns[2].push(request.cover(turn(through_mailbox)).await);
    }
    turns.map(median)
}

fn main() {
    System::new().block_on(async {
        println!("| an actor on | question through | ns | more |");
        println!("|---|---|--:|--:|");
        let arbiter = Arbiter::new();
        let elsewhere = measure(|| Doubler::start_in_arbiter(&arbiter.handle(), |_| Doubler)).await;
        for (place, ways) in
            [("another thread", elsewhere), ("this thread", measure(|| Doubler.start()).await)]
        {
            for (way, ns) in
                ["the address of actix", "a measured mailbox", "the same, of a request"].into_iter().zip(ways)
            {
                println!("| {place} | {way} | {ns:.0} | {:.0} |", ns - ways[0]);
            }
        }
        arbiter.stop();
    });
}

/// As in a server whose log is off.
fn tracing_off() -> tracing::Span {
    tracing::Span::none()
}
