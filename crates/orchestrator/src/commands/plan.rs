//! `golive plan`: what a run would do, in which order, and what it would write. Sends nothing.

use std::path::PathBuf;

use clap::ValueEnum;
use golive_core::check::Safety;
use golive_core::contract::Contract;
use golive_core::scheduler::{Plan, Selection};

use super::{ColorArg, print, print_json, refuse};
use crate::registry::CHECKS;

mod graph;
mod json;
mod tree;

const EXAMPLES: &str = "\
Examples:
  golive plan                                  every probe, wave by wave, and what would be written
  golive plan webhooks --read-only             what is left of a check when nothing may be written
  golive plan --format mermaid > plan.mmd      a diagram that GitHub and GitLab draw
  golive plan --format dot | dot -Tsvg > p.svg
  golive plan --format json | jq '.writes[].id'

A wave holds what may run at once: everything it needs stands in earlier waves. Load probes come last, one at a time.";

/// Options of `plan`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Checks or probes to run: `database`, `queues.depth`, `webhooks.accepts`; all when none is named
    #[arg(value_name = "CHECK|PROBE")]
    only: Vec<String>,
    /// Leave a check or probe out (repeatable, or comma separated)
    #[arg(
        long,
        value_name = "ID",
        value_delimiter = ',',
        env = "GOLIVE_SKIP",
        hide_env_values = true
    )]
    skip: Vec<String>,
    /// Only probes that read
    #[arg(long, env = "GOLIVE_READ_ONLY", hide_env_values = true)]
    read_only: bool,
    /// Overrides of the contract [default: golive.toml where present]
    #[arg(long, value_name = "FILE", env = "GOLIVE_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "tree")]
    format: Format,
    #[command(flatten)]
    color: ColorArg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Wave by wave, for people
    Tree,
    /// A Mermaid flowchart
    Mermaid,
    /// A Graphviz digraph
    Dot,
    /// For programs
    Json,
}

pub(crate) fn main(args: &Args) -> u8 {
    let contract = match Contract::load(args.config.as_deref()) {
        Ok((contract, _)) => contract,
        Err(error) => return refuse(&error.to_string()),
    };
    let selection = Selection {
        only: args.only.clone(),
        skip: args.skip.clone(),
        read_only: args.read_only,
    };
    let order = match Plan::build(CHECKS, &contract, &selection) {
        Ok(plan) => Order::of(plan),
        Err(error) => return refuse(&error.to_string()),
    };
    match args.format {
        Format::Tree => print(&tree::render(&order, args.color.style())),
        Format::Mermaid => print(&graph::mermaid(&order)),
        Format::Dot => print(&graph::dot(&order)),
        Format::Json => print_json(&json::render(&order)),
    }
}

/// A plan and the order that follows from its needs. Indexes are those of [`Plan::nodes`].
struct Order {
    plan: Plan,
    /// What may run at once; all it needs stands before.
    waves: Vec<Vec<usize>>,
    /// Load probes, one after the other.
    load: Vec<usize>,
}

impl Order {
    fn of(plan: Plan) -> Self {
        let runs = |at: &usize| plan.nodes[*at].not_run.is_none();
        let is_load = |at: &usize| plan.nodes[*at].facts.safety == Safety::Load;
        let mut wave_of: Vec<Option<usize>> = vec![None; plan.nodes.len()];
        // Needs were proved free of cycles, so each round settles at least one probe.
        let mut open: Vec<usize> = (0..plan.nodes.len()).filter(runs).collect();
        while !open.is_empty() {
            let settled: Vec<(usize, usize)> = open
                .iter()
                .filter_map(|&at| {
                    let mut wave = 0;
                    for need in plan.nodes[at].needs.iter().filter(|need| runs(need)) {
                        wave = wave.max(wave_of[*need]? + 1);
                    }
                    Some((at, wave))
                })
                .collect();
            for (at, wave) in settled {
                wave_of[at] = Some(wave);
            }
            open.retain(|&at| wave_of[at].is_none());
        }
        let mut waves: Vec<Vec<usize>> = Vec::new();
        let mut load: Vec<usize> = (0..plan.nodes.len()).filter(runs).filter(is_load).collect();
        load.sort_by_key(|&at| wave_of[at]);
        for at in (0..plan.nodes.len()).filter(|at| !is_load(at)) {
            if let Some(wave) = wave_of[at] {
                if waves.len() <= wave {
                    waves.resize_with(wave + 1, Vec::new);
                }
                waves[wave].push(at);
            }
        }
        Self { plan, waves, load }
    }

    /// Probes that run, in the order they may start.
    fn running(&self) -> impl Iterator<Item = usize> {
        self.waves.iter().flatten().chain(&self.load).copied()
    }

    /// Probes that write or might make a broken target write.
    fn writing(&self) -> impl Iterator<Item = usize> {
        self.running()
            .filter(|&at| self.plan.nodes[at].facts.safety == Safety::Smoke)
    }

    fn id(&self, at: usize) -> &str {
        &self.plan.nodes[at].facts.id
    }

    /// The needs of a probe that run too.
    fn needs(&self, at: usize) -> impl Iterator<Item = usize> {
        let nodes = &self.plan.nodes;
        nodes[at]
            .needs
            .iter()
            .copied()
            .filter(|&need| nodes[need].not_run.is_none())
    }
}

#[cfg(test)]
mod tests;
