//! The scheduler proves itself with fake probes under paused time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cleanup::Journal;
use crate::context::RunScope;
use crate::contract::Contract;
use crate::events::{Event, Events};
use crate::prelude::*;
use crate::report::ProbeReport;
use crate::settings::Settings;

/// What a fake probe does.
#[derive(Clone)]
enum Does {
    Pass,
    Fail,
    Warn,
    Panic,
    Hang,
    HangOnTarget,
    NoAssertion,
    /// Is told to wait a minute by the target's rate limit.
    Throttled,
    Unreachable,
    NotApplicable,
}

#[derive(Clone)]
struct Fake {
    facts: Facts,
    takes: Duration,
    does: Does,
    seen: Arc<Seen>,
}

/// What the fakes saw of each other.
#[derive(Default)]
struct Seen {
    now: AtomicUsize,
    most: AtomicUsize,
    order: Mutex<Vec<String>>,
    during_load: AtomicUsize,
}

#[async_trait]
impl Probe for Fake {
    fn facts(&self) -> Facts {
        self.facts.clone()
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        self.seen.order.lock().unwrap().push(self.facts.id.to_string());
        let now = self.seen.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.seen.most.fetch_max(now, Ordering::SeqCst);
        if self.facts.safety == Safety::Load {
            self.seen.during_load.fetch_max(now, Ordering::SeqCst);
        }
        sleep(self.takes).await;
        self.seen.now.fetch_sub(1, Ordering::SeqCst);
        match self.does {
            Does::Pass => Ok(Outcome::pass(1, "fine")),
            Does::Fail => Ok(Outcome::fail(Reason::Missing, "broken")),
            Does::Warn => Ok(Outcome::warn(Reason::Weak, "weak")),
            Does::NoAssertion => Ok(Outcome::pass(0, "fine")),
            Does::Panic => panic!("boom"),
            Does::Hang => {
                let _guard = cx.waiting_for("job 7");
                std::future::pending().await
            }
            Does::HangOnTarget => {
                let _guard = cx.waiting_for_target("GET /health");
                std::future::pending().await
            }
            Does::Throttled => {
                let _held = cx.hold_time();
                sleep(Duration::from_mins(1)).await;
                Ok(Outcome::pass(1, "fine"))
            }
            Does::Unreachable => Err(Error::Unreachable {
                resource: crate::error::Resource::Redis,
                message: "refused".into(),
            }),
            Does::NotApplicable => Err(Error::not_applicable("no such thing here")),
        }
    }
}

struct Fakes(Vec<Fake>);

impl Check for Fakes {
    fn id(&self) -> &'static str {
        "fake"
    }
    fn title(&self) -> &'static str {
        "Fakes"
    }
    fn question(&self) -> &'static str {
        "Does the scheduler keep its word?"
    }
    fn probes(&self, _: &Contract) -> Vec<Box<dyn Probe>> {
        self.0
            .iter()
            .map(|fake| Box::new(fake.clone()) as Box<dyn Probe>)
            .collect()
    }
}

/// A set of fakes that know of each other.
struct Set {
    seen: Arc<Seen>,
    fakes: Vec<Fake>,
}

impl Set {
    fn new() -> Self {
        Self {
            seen: Arc::default(),
            fakes: Vec::new(),
        }
    }

    fn add(mut self, id: &'static str, needs: &[&'static str], seconds: u64, does: Does) -> Self {
        let facts = Facts::new(id, id).needs(needs).timeout(Duration::from_secs(10));
        self.fakes.push(Fake {
            facts,
            takes: Duration::from_secs(seconds),
            does,
            seen: Arc::clone(&self.seen),
        });
        self
    }

    fn with(mut self, change: impl FnOnce(Facts) -> Facts) -> Self {
        let last = self.fakes.last_mut().unwrap();
        last.facts = change(last.facts.clone());
        self
    }

    fn plan(&self, selection: &Selection) -> Result<Plan, PlanError> {
        Plan::build(&[&Fakes(self.fakes.clone())], &Contract::default(), selection)
    }

    async fn run(&self, options: Options) -> (Finished, Vec<Event>) {
        let settings = Settings::from_map([("JWT_SECRET", "a-secret-that-must-not-leak")]);
        let scope = RunScope::new(settings, Contract::default(), Journal::in_memory("run"), false);
        let (events, mut receiver) = Events::channel();
        let plan = self.plan(&Selection::default()).unwrap();
        let finished = run(plan, Arc::new(scope), &options, &events).await;
        drop(events);
        let mut all = Vec::new();
        while let Some(event) = receiver.recv().await {
            all.push(event);
        }
        (finished, all)
    }

    async fn results(&self) -> Finished {
        self.run(options()).await.0
    }
}

fn options() -> Options {
    Options {
        concurrency: 16,
        deadline: Duration::from_mins(2),
        interrupt: CancellationToken::new(),
    }
}

fn probe<'a>(finished: &'a Finished, id: &str) -> &'a ProbeReport {
    &finished
        .probes
        .iter()
        .find(|(_, probe)| probe.id == id)
        .expect("reported")
        .1
}

#[tokio::test(start_paused = true)]
async fn needs_come_first_and_independent_probes_run_beside_each_other() {
    let set = Set::new()
        .add("fake.last", &["fake.left", "fake.right"], 1, Does::Pass)
        .add("fake.left", &["fake.first"], 2, Does::Pass)
        .add("fake.right", &["fake.first"], 2, Does::Pass)
        .add("fake.first", &[], 1, Does::Pass);
    let began = Instant::now();
    let finished = set.results().await;
    assert_eq!(
        began.elapsed(),
        Duration::from_secs(4),
        "the longest chain, not the sum"
    );
    assert!(
        finished
            .probes
            .iter()
            .all(|(_, probe)| probe.status == Status::Pass)
    );
    let order = set.seen.order.lock().unwrap().clone();
    assert_eq!(order.first().map(String::as_str), Some("fake.first"));
    assert_eq!(order.last().map(String::as_str), Some("fake.last"));
}

#[tokio::test(start_paused = true)]
async fn the_longest_chain_starts_first() {
    let set = Set::new()
        .add("fake.lone-a", &[], 5, Does::Pass)
        .add("fake.lone-b", &[], 5, Does::Pass)
        .add("fake.chain-1", &[], 5, Does::Pass)
        .add("fake.chain-2", &["fake.chain-1"], 5, Does::Pass);
    let began = Instant::now();
    set.run(Options {
        concurrency: 2,
        ..options()
    })
    .await;
    assert_eq!(began.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn never_more_at_once_than_allowed() {
    let ids = [
        "fake.a", "fake.b", "fake.c", "fake.d", "fake.e", "fake.f", "fake.g",
    ];
    let set = ids
        .iter()
        .fold(Set::new(), |set, id| set.add(id, &[], 1, Does::Pass));
    set.run(Options {
        concurrency: 3,
        ..options()
    })
    .await;
    assert_eq!(set.seen.most.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn one_failure_is_one_fail_and_the_rest_waits_behind_it() {
    let set = Set::new()
        .add("fake.root", &[], 1, Does::Fail)
        .add("fake.child", &["fake.root"], 1, Does::Pass)
        .add("fake.grandchild", &["fake.child"], 1, Does::Pass)
        .add("fake.other", &[], 1, Does::Warn)
        .add("fake.behind-warn", &["fake.other"], 1, Does::Pass);
    let finished = set.results().await;
    assert_eq!(probe(&finished, "fake.root").status, Status::Fail);
    for id in ["fake.child", "fake.grandchild"] {
        let blocked = probe(&finished, id);
        assert_eq!(
            (blocked.status, blocked.reason),
            (Status::Pending, Some(Reason::Blocked))
        );
        assert_eq!(
            blocked.blocked_by.as_deref(),
            Some("fake.root"),
            "{id} names the root"
        );
    }
    assert_eq!(
        probe(&finished, "fake.behind-warn").status,
        Status::Pass,
        "a warning does not block"
    );
    assert_eq!(
        set.seen.order.lock().unwrap().len(),
        3,
        "what is blocked never starts"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dead_resource_is_one_fail() {
    let set = Set::new()
        .add("fake.a", &[], 1, Does::Unreachable)
        .add("fake.b", &[], 2, Does::Unreachable)
        .add("fake.c", &[], 3, Does::Unreachable);
    let finished = set.results().await;
    assert_eq!(probe(&finished, "fake.a").status, Status::Fail);
    assert_eq!(probe(&finished, "fake.b").blocked_by.as_deref(), Some("fake.a"));
    assert_eq!(probe(&finished, "fake.c").status, Status::Pending);
}

#[tokio::test(start_paused = true)]
async fn a_panic_a_hang_and_silence_are_each_their_own_result() {
    let set = Set::new()
        .add("fake.panics", &[], 0, Does::Panic)
        .add("fake.hangs", &[], 0, Does::Hang)
        .add("fake.silent", &[], 0, Does::HangOnTarget)
        .add("fake.fine", &[], 1, Does::Pass);
    let (finished, events) = set.run(options()).await;
    let stands = |id: &str| (probe(&finished, id).status, probe(&finished, id).reason);
    assert_eq!(stands("fake.panics"), (Status::Pending, Some(Reason::Panicked)));
    assert_eq!(stands("fake.hangs"), (Status::Pending, Some(Reason::TimedOut)));
    assert!(probe(&finished, "fake.hangs").summary.contains("job 7"));
    assert_eq!(stands("fake.silent"), (Status::Fail, Some(Reason::NoResponse)));
    assert_eq!(stands("fake.fine"), (Status::Pass, None));
    let slow = events
        .iter()
        .filter(|event| matches!(event, Event::ProbeSlow { .. }))
        .count();
    assert_eq!(slow, 2, "past half of their time, once each");
}

#[tokio::test(start_paused = true)]
async fn nobodys_time_passes_while_the_target_makes_one_wait() {
    let set = Set::new()
        .add("fake.throttled", &[], 0, Does::Throttled)
        .add("fake.behind-it", &[], 65, Does::Pass)
        .add("fake.hangs", &[], 0, Does::Hang);
    let began = Instant::now();
    let (finished, _) = set.run(options()).await;
    assert_eq!(probe(&finished, "fake.throttled").status, Status::Pass);
    assert_eq!(probe(&finished, "fake.behind-it").status, Status::Pass);
    assert_eq!(probe(&finished, "fake.hangs").reason, Some(Reason::TimedOut));
    assert_eq!(
        began.elapsed(),
        Duration::from_secs(70),
        "a minute, then its ten seconds"
    );
}

#[tokio::test(start_paused = true)]
async fn load_probes_run_last_and_alone() {
    let set = Set::new()
        .add("fake.burst", &[], 2, Does::Pass)
        .with(|facts| facts.safety(Safety::Load))
        .add("fake.burst-two", &["fake.burst"], 2, Does::Pass)
        .with(|facts| facts.safety(Safety::Load))
        .add("fake.slow", &[], 5, Does::Pass)
        .add("fake.after", &["fake.slow"], 1, Does::Pass);
    let finished = set.results().await;
    assert_eq!(set.seen.during_load.load(Ordering::SeqCst), 1);
    let order = set.seen.order.lock().unwrap().clone();
    assert_eq!(order, ["fake.slow", "fake.after", "fake.burst", "fake.burst-two"]);
    assert_eq!(finished.probes.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_run_with_everything_reported() {
    let set = Set::new()
        .add("fake.long", &[], 9, Does::Pass)
        .add("fake.silent", &[], 0, Does::HangOnTarget)
        .add("fake.never", &["fake.long"], 1, Does::Pass);
    let began = Instant::now();
    let (finished, _) = set
        .run(Options {
            deadline: Duration::from_secs(3),
            ..options()
        })
        .await;
    assert_eq!(began.elapsed(), Duration::from_secs(3));
    assert_eq!(probe(&finished, "fake.long").reason, Some(Reason::DeadlinePassed));
    assert_eq!(
        probe(&finished, "fake.silent").reason,
        Some(Reason::NoResponse),
        "silence, whoever ends it"
    );
    assert_eq!(
        probe(&finished, "fake.never").reason,
        Some(Reason::DeadlinePassed)
    );
}

#[tokio::test(start_paused = true)]
async fn an_interruption_keeps_what_is_known() {
    let set = Set::new()
        .add("fake.quick", &[], 1, Does::Pass)
        .add("fake.long", &[], 9, Does::Pass)
        .add("fake.never", &["fake.long"], 1, Does::Pass);
    let interrupt = CancellationToken::new();
    let stop = interrupt.clone();
    tokio::spawn(async move {
        sleep(Duration::from_secs(2)).await;
        stop.cancel();
    });
    let (finished, events) = set
        .run(Options {
            interrupt,
            ..options()
        })
        .await;
    assert!(finished.interrupted && events.iter().any(|event| matches!(event, Event::Interrupted)));
    assert_eq!(probe(&finished, "fake.quick").status, Status::Pass);
    assert_eq!(probe(&finished, "fake.long").reason, Some(Reason::Interrupted));
    assert_eq!(probe(&finished, "fake.never").reason, Some(Reason::Interrupted));
}

#[tokio::test(start_paused = true)]
async fn every_probe_is_reported_exactly_once_in_order() {
    let set = Set::new()
        .add("fake.a", &["fake.c"], 1, Does::Pass)
        .add("fake.b", &[], 3, Does::Fail)
        .add("fake.c", &[], 1, Does::NotApplicable)
        .with(Facts::optional)
        .add("fake.d", &["fake.b"], 1, Does::Pass);
    let (finished, events) = set.run(options()).await;
    let ids: Vec<&str> = finished
        .probes
        .iter()
        .map(|(_, probe)| probe.id.as_str())
        .collect();
    assert_eq!(ids, ["fake.a", "fake.b", "fake.d"]);
    assert_eq!(
        finished
            .not_run
            .iter()
            .map(|entry| entry.id.as_str())
            .collect::<Vec<_>>(),
        ["fake.c"]
    );
    let told = events
        .iter()
        .filter(|event| matches!(event, Event::ProbeFinished(_) | Event::ProbeNotRun(_)))
        .count();
    assert_eq!(told, 4);
}

#[tokio::test(start_paused = true)]
async fn nothing_passes_by_default() {
    let set = Set::new().add("fake.empty", &[], 0, Does::NoAssertion).add(
        "fake.excuse",
        &[],
        0,
        Does::NotApplicable,
    );
    let finished = set.results().await;
    assert_eq!(
        probe(&finished, "fake.empty").reason,
        Some(Reason::NothingAsserted)
    );
    assert_eq!(
        probe(&finished, "fake.excuse").reason,
        Some(Reason::Internal),
        "only optional probes may be absent"
    );
}

#[tokio::test(start_paused = true)]
async fn a_missing_variable_stops_its_probe_before_it_starts() {
    let set = Set::new()
        .add("fake.needs-url", &[], 1, Does::Pass)
        .with(|facts| facts.variables(&["DATABASE_URL"]))
        .add("fake.optional", &[], 1, Does::Pass)
        .with(|facts| facts.variables(&["METRICS_TOKEN"]).optional());
    let finished = set.results().await;
    assert_eq!(
        probe(&finished, "fake.needs-url").reason,
        Some(Reason::SettingMissing)
    );
    assert_eq!(
        probe(&finished, "fake.needs-url")
            .remedy
            .as_ref()
            .map(|remedy| remedy.text.as_str()),
        Some("Set or correct DATABASE_URL in the env file or the environment, then run it again")
    );
    assert_eq!(finished.not_run[0].reason, "METRICS_TOKEN is not set");
    assert!(set.seen.order.lock().unwrap().is_empty());
}

#[test]
fn bad_graphs_are_refused_at_start_up() {
    let cycle =
        Set::new()
            .add("fake.a", &["fake.b"], 0, Does::Pass)
            .add("fake.b", &["fake.a"], 0, Does::Pass);
    let PlanError::Cycle(names) = cycle.plan(&Selection::default()).unwrap_err() else {
        panic!("a cycle")
    };
    assert_eq!(names, ["fake.a", "fake.b", "fake.a"]);
    let unknown = Set::new().add("fake.a", &["fake.nope"], 0, Does::Pass);
    assert!(matches!(
        unknown.plan(&Selection::default()),
        Err(PlanError::UnknownNeed { .. })
    ));
    let twice = Set::new()
        .add("fake.a", &[], 0, Does::Pass)
        .add("fake.a", &[], 0, Does::Pass);
    assert_eq!(
        twice.plan(&Selection::default()).unwrap_err(),
        PlanError::Duplicate("fake.a".into())
    );
    let load = Set::new()
        .add("fake.burst", &[], 0, Does::Pass)
        .with(|facts| facts.safety(Safety::Load))
        .add("fake.a", &["fake.burst"], 0, Does::Pass);
    assert!(matches!(
        load.plan(&Selection::default()),
        Err(PlanError::NeedsLoad { .. })
    ));
    let foreign = Set::new().add("fake.a", &["database.connect"], 0, Does::Pass);
    assert!(
        foreign.plan(&Selection::default()).is_ok(),
        "another check's probe counts as met"
    );
}

#[test]
fn selections_are_resolved_or_refused_with_a_suggestion() {
    let set = Set::new()
        .add("fake.part.one", &[], 0, Does::Pass)
        .add("fake.part.two", &[], 0, Does::Pass)
        .add("fake.whole", &[], 0, Does::Pass);
    let only = |name: &str| {
        set.plan(&Selection {
            only: vec![name.into()],
            ..Selection::default()
        })
    };
    let runs = |plan: &Plan| plan.nodes.iter().filter(|node| node.not_run.is_none()).count();
    assert_eq!(runs(&only("fake.part").unwrap()), 2);
    assert_eq!(runs(&only("fake").unwrap()), 3);
    assert!(only("fake.whole").unwrap().narrowed);
    let error = only("fake.whoel").unwrap_err();
    assert!(
        error.to_string().contains("did you mean \"fake.whole\"?"),
        "{error}"
    );
    let none = set.plan(&Selection {
        skip: vec!["fake".into()],
        ..Selection::default()
    });
    assert_eq!(none.unwrap_err(), PlanError::Empty);
}
