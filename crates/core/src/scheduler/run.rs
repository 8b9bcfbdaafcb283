//! The loop: starts what is ready, records what ended, blocks what waits behind a failure.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::plan::{Node, Plan};
use super::result::{self, Ended, Times};
use super::supervise::{self, Running};
use crate::check::Safety;
use crate::context::{Context, RunScope};
use crate::error::{Error, Resource};
use crate::events::{Event, Events};
use crate::outcome::{Outcome, Reason, Status};
use crate::report::{NotRun, ProbeReport};
use crate::settings::{Problem, Requirement, SettingError, Variable};

/// How to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many probes at once.
    pub concurrency: usize,
    /// When the whole run ends, clean-up aside.
    pub deadline: Duration,
    /// Cancelled on Ctrl-C and SIGTERM.
    pub interrupt: CancellationToken,
}

/// What a run ended with: each planned probe is in exactly one of the two lists.
#[derive(Debug)]
pub struct Finished {
    /// Results with the index of their check, in plan order.
    pub probes: Vec<(usize, ProbeReport)>,
    /// What did not run, in plan order.
    pub not_run: Vec<NotRun>,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

/// Runs the plan to its end, the deadline, or an interruption.
pub async fn run(plan: Plan, scope: Arc<RunScope>, options: &Options, events: &Events) -> Finished {
    let mut run = Run::new(plan, scope, events.clone());
    let mut tasks: FuturesUnordered<BoxFuture<'static, (usize, Ended)>> = FuturesUnordered::new();
    let deadline = tokio::time::sleep(options.deadline);
    tokio::pin!(deadline);
    let mut interrupted = false;
    loop {
        while let Some(next) = run.next(tasks.len(), options.concurrency) {
            if let Some(task) = run.start(next) {
                tasks.push(task);
            }
        }
        if tasks.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            () = options.interrupt.cancelled() => {
                interrupted = true;
                events.emit(Event::Interrupted);
                run.stop(Reason::Interrupted, options.deadline);
                break;
            }
            () = &mut deadline => {
                run.stop(Reason::DeadlinePassed, options.deadline);
                break;
            }
            Some((index, ended)) = tasks.next() => run.finish(index, ended),
        }
    }
    let (probes, not_run) = run.into_results();
    Finished {
        probes,
        not_run,
        interrupted,
    }
}

/// Where one probe stands.
enum State {
    Waiting,
    Running(Box<Running>),
    Reported(Box<ProbeReport>),
    NotRun(NotRun),
}

struct Run {
    scope: Arc<RunScope>,
    events: Events,
    nodes: Vec<Node>,
    states: Vec<State>,
    /// The probe that reported a resource as gone: later ones wait behind it.
    gone: HashMap<Resource, String>,
}

impl Run {
    fn new(plan: Plan, scope: Arc<RunScope>, events: Events) -> Self {
        let nodes = plan.nodes;
        let states = nodes
            .iter()
            .map(|node| node.not_run.clone().map_or(State::Waiting, State::NotRun))
            .collect();
        let run = Self {
            scope,
            events,
            nodes,
            states,
            gone: HashMap::new(),
        };
        let not_run = run.nodes.iter().filter_map(|node| node.not_run.clone()).collect();
        let planned = run
            .nodes
            .iter()
            .filter(|node| node.not_run.is_none())
            .map(|node| node.facts.id.to_string());
        run.events.emit(Event::RunStarted {
            run_id: run.scope.run_id.clone(),
            probes: planned.collect(),
            not_run,
        });
        run
    }

    fn waiting(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|&at| matches!(self.states[at], State::Waiting))
    }

    fn settled(&self, at: usize) -> bool {
        matches!(self.states[at], State::Reported(_) | State::NotRun(_))
    }

    /// The next probe to start: its needs are settled, and there is room for it.
    fn next(&self, running: usize, concurrency: usize) -> Option<usize> {
        let is_load = |at: usize| self.nodes[at].facts.safety == Safety::Load;
        let others_left = (0..self.nodes.len()).any(|at| !is_load(at) && !self.settled(at));
        let ready = self
            .waiting()
            .filter(|&at| self.nodes[at].needs.iter().all(|&need| self.settled(need)));
        let startable = ready.filter(|&at| {
            if is_load(at) {
                !others_left && running == 0
            } else {
                running < concurrency.max(1)
            }
        });
        startable.max_by_key(|&at| (self.nodes[at].rank, std::cmp::Reverse(at)))
    }

    /// Starts a probe, or settles it at once when it is blocked.
    fn start(&mut self, at: usize) -> Option<BoxFuture<'static, (usize, Ended)>> {
        if let Some(settled) = self.blocked(at).or_else(|| self.unset(at)) {
            match settled {
                Ok((outcome, root)) => self.report(at, outcome, Vec::new(), self.no_time(), root),
                Err(why) => self.not_run(at, &why),
            }
            return None;
        }
        let facts = &self.nodes[at].facts;
        let cx = Context::new(Arc::clone(&self.scope), facts.id.to_string(), facts.timeout);
        self.events.emit(Event::ProbeStarted {
            id: facts.id.to_string(),
        });
        let (running, task) = supervise::start(
            at,
            Arc::clone(&self.nodes[at].probe),
            cx,
            facts.timeout,
            self.events.clone(),
            self.scope.elapsed_ms(),
        );
        self.states[at] = State::Running(Box::new(running));
        Some(Box::pin(task))
    }

    /// Whether a need of it failed: then it is PENDING behind the root cause.
    fn blocked(&self, at: usize) -> Option<Result<(Outcome, Option<String>), String>> {
        let mut pending = None;
        for &need in &self.nodes[at].needs {
            let need_id = &self.nodes[need].facts.id;
            match &self.states[need] {
                State::Reported(report) if report.status == Status::Fail => {
                    return Some(Ok(blocked_behind(need_id, need_id)));
                }
                State::Reported(report) if report.status == Status::Pending => {
                    let root = report.blocked_by.as_deref().unwrap_or(need_id);
                    pending.get_or_insert_with(|| Ok(blocked_behind(need_id, root)));
                }
                State::NotRun(not_run) if !not_run.by_user && self.nodes[at].facts.optional => {
                    pending.get_or_insert_with(|| {
                        Err(format!("{need_id} does not exist here: {}", not_run.reason))
                    });
                }
                _ => {}
            }
        }
        pending
    }

    /// Whether a variable it cannot do without is missing or malformed.
    fn unset(&self, at: usize) -> Option<Result<(Outcome, Option<String>), String>> {
        let facts = &self.nodes[at].facts;
        for name in &facts.variables {
            let Err(problem) = self.scope.settings.check(name) else {
                continue;
            };
            let missing = matches!(problem, Problem::Missing);
            if missing && facts.optional {
                return Some(Err(format!("{name} is not set")));
            }
            let required = Variable::find(name).is_some_and(|known| known.required == Requirement::Required);
            let owner = if missing {
                "contract.env-required"
            } else {
                "contract.env-well-formed"
            };
            let reported = (required || !missing)
                && self
                    .nodes
                    .iter()
                    .any(|node| node.facts.id == owner && node.not_run.is_none());
            let error = SettingError { name, problem };
            return Some(Ok(if reported {
                let blocked = Outcome::pending(Reason::Blocked, error.to_string());
                (blocked, Some(owner.to_owned()))
            } else {
                (error.into(), None)
            }));
        }
        None
    }

    fn finish(&mut self, at: usize, ended: Ended) {
        let State::Running(running) = std::mem::replace(&mut self.states[at], State::Waiting) else {
            return;
        };
        let gone = match &ended {
            Ended::Answered(Err(Error::Unreachable { resource, .. })) => Some(*resource),
            _ => None,
        };
        let times = times(&running);
        match result::outcome_of(ended, &self.nodes[at].facts, &running.cx) {
            Err(why) => self.not_run(at, &why),
            Ok(outcome) => {
                let (outcome, root) = self.fold(at, outcome, gone);
                self.report(at, outcome, running.cx.evidence(), times, root);
            }
        }
    }

    /// The first probe that meets a dead resource FAILs; the others wait behind it.
    fn fold(&mut self, at: usize, outcome: Outcome, gone: Option<Resource>) -> (Outcome, Option<String>) {
        let Some(resource) = gone else {
            return (outcome, None);
        };
        let id = self.nodes[at].facts.id.to_string();
        if let Some(first) = self.gone.get(&resource) {
            let waiting = Outcome {
                status: Status::Pending,
                reason: Some(Reason::Blocked),
                ..outcome
            };
            return (waiting, Some(first.clone()));
        }
        self.gone.insert(resource, id);
        (outcome, None)
    }

    /// Ends everything: running probes by what they wait for, the others as never started.
    fn stop(&mut self, reason: Reason, after: Duration) {
        for at in 0..self.nodes.len() {
            match std::mem::replace(&mut self.states[at], State::Waiting) {
                State::Running(running) => {
                    running.abort.abort();
                    let outcome = match reason {
                        Reason::Interrupted => Outcome::pending(reason, "interrupted while it ran"),
                        _ => result::silence(&running.cx, after.min(running.started.elapsed()), reason),
                    };
                    self.report(at, outcome, running.cx.evidence(), times(&running), None);
                }
                State::Waiting => {
                    let words = match reason {
                        Reason::Interrupted => "not started: the run was interrupted",
                        _ => "not started: the run's deadline passed",
                    };
                    self.report(
                        at,
                        Outcome::pending(reason, words),
                        Vec::new(),
                        self.no_time(),
                        None,
                    );
                }
                settled => self.states[at] = settled,
            }
        }
    }

    fn no_time(&self) -> Times {
        Times {
            started_ms: self.scope.elapsed_ms(),
            duration: Duration::ZERO,
        }
    }

    fn report(
        &mut self,
        at: usize,
        outcome: Outcome,
        evidence: Vec<crate::outcome::Evidence>,
        times: Times,
        root: Option<String>,
    ) {
        let report = result::report(&self.scope, &self.nodes[at].facts, outcome, evidence, times, root);
        self.events.emit(Event::ProbeFinished(Box::new(report.clone())));
        self.states[at] = State::Reported(Box::new(report));
    }

    fn not_run(&mut self, at: usize, reason: &str) {
        let reason = self.scope.redactor.clean(reason).into();
        let not_run = NotRun {
            id: self.nodes[at].facts.id.to_string(),
            reason,
            by_user: false,
        };
        self.events.emit(Event::ProbeNotRun(not_run.clone()));
        self.states[at] = State::NotRun(not_run);
    }

    fn into_results(self) -> (Vec<(usize, ProbeReport)>, Vec<NotRun>) {
        let mut probes = Vec::new();
        let mut not_run = Vec::new();
        for (node, state) in self.nodes.iter().zip(self.states) {
            match state {
                State::Reported(report) => probes.push((node.check, *report)),
                State::NotRun(entry) => not_run.push(entry),
                State::Waiting | State::Running(_) => unreachable!("the loop ends with every probe settled"),
            }
        }
        (probes, not_run)
    }
}

fn blocked_behind(need: &str, root: &str) -> (Outcome, Option<String>) {
    let words = if need == root {
        format!("needs {need}")
    } else {
        format!("needs {need}, behind {root}")
    };
    (Outcome::pending(Reason::Blocked, words), Some(root.to_owned()))
}

fn times(running: &Running) -> Times {
    Times {
        started_ms: running.started_ms,
        duration: Instant::now() - running.started,
    }
}
