//! What measuring costs: the same question to the same actor through actix's own address, through a mailbox of ours, and
//! through one as a part of a request. Prints the medians of several turns, in nanoseconds per message.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, Addr, Arbiter, Context, Handler, Message, MessageResult, System};
use nine_cloud_actors::kit::{ActorStats, Mailbox, Trace};
use nine_cloud_actors::metered;

/// Messages per turn.
const MESSAGES: u32 = 200_000;

/// Questions under way at once.
const AT_ONCE: u32 = 16;

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
        // Polled in turn on this thread; the actor answers on its own.
        tokio::join!(
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
            ask(number),
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

fn main() {
    System::new().block_on(async {
        let arbiter = Arbiter::new();
        let bare: Addr<Doubler> = Doubler::start_in_arbiter(&arbiter.handle(), |_| Doubler);
        let measured = Mailbox::of(
            Doubler::start_in_arbiter(&arbiter.handle(), |_| Doubler),
            Arc::new(ActorStats::default()),
        );
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
        let [bare, measured, traced] = turns.map(median);
        println!("| question through | ns | more |");
        println!("|---|--:|--:|");
        println!("| the address of actix | {bare:.0} | |");
        println!("| a measured mailbox | {measured:.0} | {:.0} |", measured - bare);
        println!("| the same, of a request | {traced:.0} | {:.0} |", traced - bare);
        arbiter.stop();
    });
}

/// As in a server whose log is off.
fn tracing_off() -> tracing::Span {
    tracing::Span::none()
}
